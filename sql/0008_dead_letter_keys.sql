-- A topic that was made anew begins its offsets anew: the same place holds another letter then. The time at which it was written tells the two
-- apart, and is the same however often one is stored.
alter table dead_letters drop constraint dead_letters_pkey,
  add primary key (record_topic, record_partition, record_offset, received_at);
