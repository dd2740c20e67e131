-- Where a subscriber is told of what happens, and how far its queue has come: primary data of this node. Whoever holds a token
-- is not known from here, only how it would hash.
create table webhooks (
  id uuid primary key,
  owner_kind text not null check (owner_kind in ('party', 'agency')),
  owner text not null,
  party_index text,
  url text not null,
  types text[] not null,
  state text not null default 'unconfirmed' check (state in ('unconfirmed', 'confirmed', 'stopped')),
  token_hash text not null,
  expires_at timestamptz not null,
  registered_at timestamptz not null default now(),
  -- A party's position counts its notices; an agency's is a place on the ledger.
  sequence bigint,
  block bigint,
  transaction integer,
  event integer,
  -- Attempts at this address that have failed one after the other, since when, and when the next one is due.
  failures integer not null default 0,
  failing_since timestamptz,
  resume_at timestamptz not null default now(),
  failure text
);
create index webhooks_owner on webhooks (owner_kind, owner);
-- What is still to be delivered, and what could not be. A row goes when it is delivered. `subject` is empty where the notice is
-- about the subscriber itself; `due` lies ahead while the row waits for another attempt, or one is under way.
create table webhook_deliveries (
  webhook uuid not null references webhooks on delete cascade,
  number bigint generated always as identity,
  notice uuid not null,
  -- What the outbox forgets, no queue keeps.
  party_notice uuid references party_notices (id) on delete cascade,
  type text not null,
  subject text not null,
  at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'dead')),
  queued_at timestamptz not null default now(),
  due timestamptz not null default now(),
  attempts integer not null default 0,
  failing_since timestamptz,
  failure text,
  died_at timestamptz,
  primary key (webhook, number)
);
create index webhook_deliveries_waiting on webhook_deliveries (webhook, number) where state = 'waiting';
create index webhook_deliveries_subject on webhook_deliveries (webhook, subject, number) where state = 'waiting';
create index webhook_deliveries_dead on webhook_deliveries (webhook, died_at) where state = 'dead';
create index webhook_deliveries_notice on webhook_deliveries (party_notice);
