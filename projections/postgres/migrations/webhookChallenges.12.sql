-- When tokens were sent to addresses that nobody has confirmed, on whose word: for an hour, since that is what is counted.
create table webhook_challenges (
  owner_kind text not null,
  owner text not null,
  sent_at timestamptz not null default now()
);
create index webhook_challenges_owner on webhook_challenges (owner_kind, owner, sent_at);
