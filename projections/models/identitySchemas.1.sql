-- Every published version of the identity schema, as published.
create table identity_schemas (
  version integer primary key,
  definition jsonb not null,
  published_at timestamptz not null
);
