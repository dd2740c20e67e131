-- By what an identity is found: its number, its enrolment, its handles, as HMACs under a key of this node.
create table identifiers (
  identity text not null,
  kind text not null,
  version integer not null,
  blind_index text not null,
  primary key (identity, kind)
);
-- Not unique: the ledger guards that, and a handle may change hands within one page.
create index identifiers_blind_index on identifiers (blind_index);
