-- Which sealed entries hold an identity's attributes; the entries themselves lie in store.sealed_entries, as on the ledger.
create table attributes (
  identity text not null,
  version integer not null,
  class text not null,
  primary key (identity, version)
);
