-- How far a fold has come; moves in the same transaction as its rows.
create table positions (
  fold text primary key,
  block bigint not null
);
