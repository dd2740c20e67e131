-- Proposals and what became of them: public facts. Private values of an order lie sealed beside the proposal's first event.
create table proposals (
  proposal text primary key,
  stream text not null,
  type text not null,
  data jsonb not null,
  sealed jsonb,
  status text not null,
  proposed_by jsonb not null,
  proposed_at timestamptz not null,
  valid_until timestamptz not null,
  answer jsonb,
  carried_out jsonb,
  version integer not null,
  block bigint not null
);
create index proposals_stream on proposals (stream);
create index proposals_status on proposals (status);
