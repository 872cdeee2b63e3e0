-- The log that a position is an offset of: an offset means nothing in a topic made anew, in another cluster, or where a leader lost the end.
-- null: stored before this was kept; taken for the log that is read next.
alter table kafka_offsets
  add column cluster_id text,
  add column topic_id text,
  add column leader_epoch integer;
