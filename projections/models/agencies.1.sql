-- Agencies and their officers, opaque ids with keys and roles: public facts. Officers who were removed stay visible.
create table agencies (
  agency text primary key,
  name jsonb not null,
  transport_key jsonb not null,
  version integer not null,
  block bigint not null
);
create table officers (
  id text primary key,
  agency text not null,
  officer text not null,
  key jsonb not null,
  roles jsonb not null,
  valid_from timestamptz not null,
  valid_until timestamptz,
  removed_at timestamptz
);
