-- The key with which an agency's node signs its answers.
alter table agencies add column node_key jsonb;
