-- Keys of agencies' logs, and since when an agency is none any more.
alter table agencies add column log_key text, add column removed_at timestamptz;
