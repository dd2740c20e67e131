-- The consents whose end is due to be said.
create index consents_end on consents (valid_until) where status = 'given';
