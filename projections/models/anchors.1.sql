-- What agencies have stated about the logs: root and cosignature at a size, with the log key that was theirs at that moment.
create table anchors (
  agency text not null,
  log text not null,
  size bigint not null,
  root text not null,
  time bigint not null,
  signature text not null,
  log_key text,
  block bigint not null,
  primary key (agency, log, size)
);
create index anchors_by_size on anchors (log, size desc);

-- The log key of each agency as of now; none before one is named, and none of an agency that was removed.
create table log_keys (
  agency text primary key,
  key text
);
