-- Holes in the trade ids, by what became of them.
create table gaps (
  exchange text not null,
  symbol text not null,
  from_id text not null,
  to_id text not null,
  count bigint not null,
  detected_at timestamptz not null,
  status text not null,
  cause text not null,
  closed_at timestamptz,
  primary key (exchange, symbol, from_id)
);

-- What could not be read or stored. The record of dead_letters that says so is its identity: the same one twice is one row.
create table dead_letters (
  record_topic text not null,
  record_partition integer not null,
  record_offset bigint not null,
  stage text not null,
  reason text not null,
  detail text not null,
  origin jsonb not null,
  received_at timestamptz not null,
  payload bytea not null,
  truncated boolean not null,
  size bigint,
  primary key (record_topic, record_partition, record_offset)
);

create index dead_letters_received_at on dead_letters (received_at);

-- How far each consumer group has stored each partition; written with the rows, in one transaction.
create table kafka_offsets (
  consumer_group text not null,
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (consumer_group, topic, partition)
);
