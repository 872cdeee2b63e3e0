{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['exchange', 'instrument', 'id'], pre_hook=["{{ keep_list_of_read_files() }}", "{{ choose_files() }}"], post_hook="{{ note_read_files() }}") }}
-- One row a trade id. Of copies the one that was received first counts, whichever file it is in and whenever that file came.
-- Ids that are no whole numbers below 2^53 prove nothing, and the stream leaves them out too.
with arrived as (
  select
    exchange,
    instrument,
    {{ try_id('trade_id') }} as id,
    trade_id,
    price,
    quantity,
    price_text,
    quantity_text,
    {{ epoch_ms('time') }} as time_ms,
    {{ epoch_ms('received_at') }} as received_ms,
    side,
    via,
    kafka_partition,
    kafka_offset
  from {{ chosen_rows() }}
),
ranked as (
  select
    arrived.*,
    row_number() over (
      partition by exchange, instrument, id
      order by received_ms, kafka_partition, kafka_offset
    ) as rank_of_copy
  from arrived
  where id between 0 and 9007199254740991
)
select
  r.exchange,
  r.instrument,
  r.id,
  r.trade_id,
  r.price,
  r.quantity,
  r.price_text,
  r.quantity_text,
  r.time_ms,
  r.received_ms,
  r.side,
  r.via,
  r.kafka_partition,
  r.kafka_offset,
{% if is_incremental() %}
  (select coalesce(max(batch), 0) + 1 from {{ this }}) as batch
{% else %}
  1 as batch
{% endif %}
from ranked r
where r.rank_of_copy = 1
{% if is_incremental() %}
  and not exists (
    select 1
    from {{ this }} known
    where known.exchange = r.exchange
      and known.instrument = r.instrument
      and known.id = r.id
      and (
        known.received_ms < r.received_ms
        or (known.received_ms = r.received_ms and known.kafka_partition < r.kafka_partition)
        or (
          known.received_ms = r.received_ms
          and known.kafka_partition = r.kafka_partition
          and known.kafka_offset <= r.kafka_offset
        )
      )
  )
{% endif %}
