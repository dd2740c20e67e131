-- The registry log: one leaf for each public event, in the order of the ledger. A row is a hash of a C2SP tile: on level 0
-- that of a leaf, on level n the hash over 256^n leaves, written once they are all there. No row ever changes.
create table log_hashes (
  level smallint not null,
  place bigint not null,
  hash bytea not null,
  primary key (level, place)
);

-- How many leaves there are at the end of a block. Blocks without events have no row.
create table log_blocks (
  block bigint primary key,
  size bigint not null unique
);
