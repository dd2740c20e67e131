-- Keys of access records that lie sealed in a store which cannot change them: primary data, destroyed when the person is
-- erased, and then nobody can say any more whose record it was.
create table keystore.access_keys (
  access_id uuid primary key,
  stream text not null,
  wrapped bytea not null
);
create index access_keys_stream on keystore.access_keys (stream);

-- There when the node's events lie in another store, of which `events` is a copy: the last event of it that was looked at.
create table event_copy (
  single boolean primary key default true check (single),
  position text,
  id uuid
);
-- Local events that a walk through that store has met, for as long as it lasts.
create table walked_events (
  id uuid primary key
);
