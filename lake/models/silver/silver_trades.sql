{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['exchange', 'instrument', 'trade_id'], pre_hook=["{{ keep_list_of_read_files() }}", "{{ choose_files() }}"], post_hook="{{ note_read_files() }}") }}
-- One row a trade. Of copies of an id the one that was received first counts, whichever file it is in and whenever that file came.
-- `quote_quantity` is exact: as the exchange tells it, else price times quantity; of the latter null where DECIMAL(38,18) does not hold it.
-- `number` goes up by one from trade to trade: the sequence where there is one, else the id; null where no number proves the trades whole.
with chains as (
  select exchange, instrument, count(*) = count(min_id) as has_chain
  from {{ ref('live_files') }}
  group by exchange, instrument
),
arrived as (
  select
    a.exchange,
    a.instrument,
    a.trade_id,
    a.sequence,
    case when c.has_chain then {{ try_id('coalesce(a.sequence, a.trade_id)') }} end as number,
    cast(coalesce(a.price, a.price_wide) as decimal(38, 18)) as price,
    cast(coalesce(a.quantity, a.quantity_wide) as decimal(38, 18)) as quantity,
    a.price_text,
    a.quantity_text,
    a.contracts,
    a.contracts_text,
    a.quote_quantity,
    case when a.quote_quantity_source = 'computed' then null else a.quote_quantity_text end as quote_quantity_text,
    {{ epoch_ms('a.time') }} as time_ms,
    {{ epoch_ms('a.received_at') }} as received_ms,
    a.side,
    a.via,
    a.prints,
    a.flags,
    coalesce({{ has_word('a.flags', 'excluded') }}, false) as is_excluded,
    a.kafka_partition,
    a.kafka_offset
  from (select * from {{ chosen_rows() }}) a
  join chains c on c.exchange = a.exchange and c.instrument = a.instrument
),
ranked as (
  select
    arrived.*,
    row_number() over (
      partition by exchange, instrument, trade_id
      order by received_ms, kafka_partition, kafka_offset
    ) as rank_of_copy
  from arrived
)
select
  r.exchange,
  r.instrument,
  r.trade_id,
  r.sequence,
  r.number,
  r.price,
  r.quantity,
  r.price_text,
  r.quantity_text,
  r.contracts,
  r.contracts_text,
  r.quote_quantity,
  r.quote_quantity_text,
  r.time_ms,
  r.received_ms,
  r.side,
  r.via,
  r.prints,
  r.flags,
  r.is_excluded,
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
      and known.trade_id = r.trade_id
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
