-- Why a value is not served: it has not come, or what came does not fit its fact. A code, never a value.
alter table missing_entries add column reason text not null default 'ERR_ENTRY_MISSING';
