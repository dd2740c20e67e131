-- Content keys under the node's own key-encryption key: primary data, backed up, never rebuilt.
create schema keystore;
create table keystore.content_keys (
  stream text not null,
  version integer not null,
  wrapped bytea not null,
  primary key (stream, version)
);
