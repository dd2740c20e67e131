-- Facts from before the block with which this agency's peer begins, as other nodes tell them. Nothing here is believed:
-- once they are proved they are folded like those of blocks, and this table is emptied.
create table copied_events (
  leaf bigint primary key,
  block bigint not null,
  transaction integer not null,
  event integer not null,
  transaction_id text not null,
  stream text not null,
  version integer not null,
  prev text,
  hash text not null,
  body text not null
);
create index copied_events_stream on copied_events (stream, version);
create index copied_events_block on copied_events (block);
