-- When the facts of a block were recorded: the largest `at` of it and of every block before, so it never goes back although
-- the clocks of agencies differ. Blocks without facts have no row.
create table recorded_times (
  block bigint primary key,
  recorded_at timestamptz not null
);
create index recorded_times_at on recorded_times (recorded_at, block);
-- A node that has folded blocks before this table was there; a shadow is folded from its first block anyway.
insert into recorded_times (block, recorded_at)
select block, max(max((body::jsonb ->> 'at')::timestamptz)) over (order by block)
from store.events
where block is not null and current_schema() = 'model'
group by block;
