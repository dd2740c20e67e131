-- By what a sealed entry is found, as HMACs under a key of this node: made once, when the entry is opened for the first
-- time, so that folding the facts again opens nothing. Primary data like the content keys; erased with them.
create table keystore.blind_indexes (
  stream text not null,
  version integer not null,
  kind text not null,
  blind_index text not null,
  primary key (stream, version, kind)
);
