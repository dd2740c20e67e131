-- Who did what and when, for auditors; the events themselves, and their places on the ledger, lie in store.events.
create table timeline (
  stream text not null,
  version integer not null,
  type text not null,
  at timestamptz not null,
  agency text not null,
  officer text,
  command text not null,
  primary key (stream, version)
);
create index timeline_command on timeline (command);
