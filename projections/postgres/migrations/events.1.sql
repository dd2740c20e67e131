-- Every fact this node knows. Ledger events have a place (block, transaction, event) and are written by ingest alone;
-- local events have none. `body` is the event in canonical JSON, byte for byte as it was hashed.
create table events (
  xact xid8 not null default pg_current_xact_id(),
  sequence bigint generated always as identity,
  id uuid not null unique,
  stream text not null,
  version integer not null,
  type text not null,
  body text not null,
  block bigint,
  transaction integer,
  event integer,
  transaction_id text,
  -- Sequence numbers are drawn before commit, so readers go by transaction and stop before the oldest that still runs.
  primary key (xact, sequence),
  unique (stream, version)
);
create unique index events_place on events (block, transaction, event) where block is not null;

-- Private values, sealed as on the ledger: ciphertext under a content key. Erasure deletes rows here and in keystore.
create table sealed_entries (
  stream text not null,
  version integer not null,
  class text not null,
  entry bytea not null,
  primary key (stream, version)
);

-- Entries that had not come when their block did; ingest goes on asking for them.
create table missing_entries (
  stream text not null,
  version integer not null,
  class text not null,
  attempts integer not null default 0,
  next_attempt timestamptz not null default now(),
  primary key (stream, version)
);
