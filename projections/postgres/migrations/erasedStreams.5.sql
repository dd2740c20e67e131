-- Streams whose private values were erased, so that none comes in again: late, by a hand-over, or from an older class.
create table erased_streams (
  stream text primary key,
  block bigint not null
);
