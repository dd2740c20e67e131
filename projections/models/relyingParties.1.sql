-- Relying parties: public facts.
create table relying_parties (
  party text primary key,
  name jsonb not null,
  keys jsonb not null,
  intended_uses jsonb not null,
  status text not null,
  policy text,
  version integer not null,
  block bigint not null
);
