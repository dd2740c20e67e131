-- What an identity is now, without anything about the person.
create table identity_details (
  identity text primary key,
  status text not null,
  schema integer not null,
  version integer not null,
  registered_at timestamptz not null,
  changed_at timestamptz not null,
  block bigint not null
);
