-- Hashes in rows of 32, as in log_strips. The log is made again from the records, which give the same leaves in the same order.
drop table access_hashes;
truncate access_leaves, access_cursor;
create table access_strips (
  level smallint not null,
  strip bigint not null,
  hashes bytea not null,
  primary key (level, strip)
);
