-- Consents without a word of what they say: person and pair (person, party) are HMACs under a key of this node, the terms
-- lie sealed in store.sealed_entries. The indexes are null while the private values have not come.
create table consents (
  consent text primary key,
  subject_index text,
  pair_index text,
  status text not null,
  version integer not null,
  sealed_version integer,
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  given_at timestamptz not null,
  block bigint not null
);
create index consents_subject on consents (subject_index);
create index consents_pair on consents (pair_index);
