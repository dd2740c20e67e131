-- What relying parties are told: written once, in the transaction that takes the facts in, and never made again, since a party's
-- position counts them. Whom a row tells, and of whom, stands as HMACs under keys of this node; `subject` is the party's own name
-- for the person. `until`: a row about somebody who was erased goes then.
create table party_notices (
  party_index text not null,
  sequence bigint not null,
  id uuid not null unique,
  type text not null,
  at timestamptz not null,
  subject text,
  subject_index text,
  consent text,
  block bigint not null,
  transaction integer not null,
  event integer not null,
  until timestamptz,
  primary key (party_index, sequence)
);
create index party_notices_subject on party_notices (subject_index);
create index party_notices_consent on party_notices (consent);
create index party_notices_until on party_notices (until) where until is not null;
-- The last number that was given to a party: erasure takes rows away, and no number comes again.
create table party_notice_ends (
  party_index text primary key,
  sequence bigint not null
);
-- By the party's name for a person the person is found.
create index blind_indexes_pairwise on keystore.blind_indexes (blind_index) where kind = 'pairwise';
