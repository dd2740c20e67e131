-- The name of the registry log, from the channel and the hash of block 0: read from the ledger once, and kept, since a
-- ledger may be out of reach, or begin later than with its first block.
create table log_origin (
  single boolean primary key default true check (single),
  origin text not null
);
