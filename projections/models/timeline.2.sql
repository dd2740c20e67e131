-- Places on the ledger beside the facts, so that a page of the timeline is found without a look at the rest. No two events
-- share a place; each index below ends in it, which is the order of every page.
alter table timeline
  add column noun text,
  add column block bigint,
  add column transaction integer,
  add column event integer;
update timeline
set noun = split_part(timeline.stream, '-', 1), block = e.block, transaction = e.transaction, event = e.event
from store.events e
where e.stream = timeline.stream and e.version = timeline.version;
alter table timeline
  alter column noun set not null,
  alter column block set not null,
  alter column transaction set not null,
  alter column event set not null;
create unique index timeline_place on timeline (block, transaction, event);
create index timeline_noun on timeline (noun, block, transaction, event);
create index timeline_type on timeline (type, block, transaction, event);
create index timeline_agency on timeline (agency, block, transaction, event);
create index timeline_officer on timeline (officer, block, transaction, event) where officer is not null;
-- Where streams begin, for lists of them.
create index timeline_beginnings on timeline (noun, block, transaction, event) where version = 1;
