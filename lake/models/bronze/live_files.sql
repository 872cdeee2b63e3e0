{{ config(materialized='table') }}
-- The files that make up the lake: an entry that lies within a wider one was merged into it, and its files no longer count; nor do those of
-- an earlier version's entry that was brought along.
-- It is a table, so that a whole run sees the lake as it was at one moment.
with listed as (
  {{ manifest_files() }}
)
select f.path, f.topic, f.kafka_partition, f.made, f.first_offset, f.last_offset, f.exchange, f.instrument, f.min_id
from listed f
where not exists (
  select 1
  from listed wider
  where wider.topic = f.topic
    and wider.kafka_partition = f.kafka_partition
    and wider.made = f.made
    and wider.first_offset <= f.first_offset
    and wider.last_offset >= f.last_offset
    and (wider.first_offset < f.first_offset or wider.last_offset > f.last_offset or wider.schema_name > f.schema_name)
)
