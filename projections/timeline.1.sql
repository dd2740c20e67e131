-- Every public event with its place on the ledger, for auditors. `body` is the event verbatim, `hash` its digest.
create table timeline (
  stream text not null,
  version integer not null,
  block bigint not null,
  transaction integer not null,
  event integer not null,
  transaction_id text not null,
  type text not null,
  at timestamptz not null,
  agency text not null,
  officer text,
  command text not null,
  hash text not null,
  body text not null,
  primary key (stream, version)
);
create index timeline_command on timeline (command);
