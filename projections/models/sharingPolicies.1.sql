-- Sharing policies: public facts; of each the version that counts.
create table sharing_policies (
  policy text primary key,
  name jsonb not null,
  rules jsonb not null,
  matching jsonb not null,
  status text not null,
  version integer not null,
  block bigint not null
);
