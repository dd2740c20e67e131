-- The log of access records: one leaf for each, a hash over the record with its salt. Rows as in log_hashes. A record that
-- is redacted later leaves its leaf behind, which without the record says nothing.
create table access_hashes (
  level smallint not null,
  place bigint not null,
  hash bytea not null,
  primary key (level, place)
);
create table access_leaves (
  place bigint primary key,
  access_id uuid not null unique,
  commitment bytea not null
);
-- The last row of events that was looked at for new records.
create table access_cursor (
  single boolean primary key default true check (single),
  xact xid8 not null,
  sequence bigint not null
);
