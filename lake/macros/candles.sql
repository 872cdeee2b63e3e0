{# The candles of one interval: of every window, or of those that the newest batches of trades touch, each folded anew from all its trades.
   sort_key orders trades by (time, number), and where no number proves them whole by (time, their order in Kafka): 13 digits of time
   before 19 of the other. What the exchange excludes counts by its number alone. A trade that says what it was in the
   quote currency counts so there, else price times quantity does. #}
{% macro candles(interval, length_ms) %}
-- depends_on: {{ ref('unfit_trades') }}
with trades as (
  select t.*, t.time_ms - t.time_ms % {{ length_ms }} as open_ms
  from {{ ref('silver_trades') }} t
),
touched as (
  select exchange, instrument, open_ms
  from trades
{% if is_incremental() %}
  where batch > (select coalesce(max(batch), 0) from {{ this }})
{% endif %}
  group by exchange, instrument, open_ms
),
parts as (
  select
    t.exchange,
    t.instrument,
    t.open_ms,
    t.trade_id,
    t.sequence,
    t.number,
    t.prints,
    t.is_excluded,
    t.side,
    t.price,
    t.quantity,
    t.batch,
    cast(t.time_ms as decimal(38, 0)) * 10000000000000000000 + coalesce(t.number, t.kafka_offset) as sort_key,
    {{ limb_0('t.price') }} as p0,
    {{ limb_1('t.price') }} as p1,
    {{ limb_2('t.price') }} as p2,
    {{ limb_3('t.price') }} as p3,
    {{ limb_4('t.price') }} as p4,
    {{ limb_0('t.quantity') }} as q0,
    {{ limb_1('t.quantity') }} as q1,
    {{ limb_2('t.quantity') }} as q2,
    {{ limb_3('t.quantity') }} as q3,
    {{ limb_4('t.quantity') }} as q4,
    {{ limb_0('t.quote_quantity') }} as u0,
    {{ limb_1('t.quote_quantity') }} as u1,
    {{ limb_2('t.quote_quantity') }} as u2,
    {{ limb_3('t.quote_quantity') }} as u3,
    {{ limb_4('t.quote_quantity') }} as u4,
    t.quote_quantity_text
  from trades t
  join touched w on w.exchange = t.exchange and w.instrument = t.instrument and w.open_ms = t.open_ms
),
products as (
  select
    parts.*,
    case when u0 is null then p0 * q0 else 0 end as c0,
    case when u0 is null then p0 * q1 + p1 * q0 else 0 end as c1,
    coalesce(u0, p0 * q2 + p1 * q1 + p2 * q0) as c2,
    coalesce(u1, p0 * q3 + p1 * q2 + p2 * q1 + p3 * q0) as c3,
    coalesce(u2, p0 * q4 + p1 * q3 + p2 * q2 + p3 * q1 + p4 * q0) as c4,
    coalesce(u3, p1 * q4 + p2 * q3 + p3 * q2 + p4 * q1) as c5,
    coalesce(u4, p2 * q4 + p3 * q3 + p4 * q2) as c6,
    case when u0 is null then p3 * q4 + p4 * q3 else 0 end as c7,
    case when u0 is null then p4 * q4 else 0 end as c8
  from parts
),
folded as (
  select
    exchange,
    instrument,
    open_ms,
    min_by(price, sort_key) as open,
    max(price) as high,
    min(price) as low,
    max_by(price, sort_key) as close,
    count(*) as trade_count,
    sum(prints) as print_count,
    min_by(trade_id, coalesce(number, sort_key)) as first_trade_id,
    max_by(trade_id, coalesce(number, sort_key)) as last_trade_id,
    min_by(sequence, coalesce(number, sort_key)) as first_sequence,
    max_by(sequence, coalesce(number, sort_key)) as last_sequence,
    {{ sums_of_quantities('base', 'true') }},
    {{ sums_of_products('quote', 'true') }},
    {{ sums_of_quantities('taker_base', "side = 'buy'") }},
    {{ sums_of_products('taker_quote', "side = 'buy'") }}
  from products
  where not is_excluded
  group by exchange, instrument, open_ms
  having count(price) = count(*) and count(quantity) = count(*) and count(quote_quantity_text) = 0
),
counted as (
  select
    exchange,
    instrument,
    open_ms,
    max(number) - min(number) + 1 - count(number) as missing,
    max(batch) as batch
  from parts
  group by exchange, instrument, open_ms
),
exact as (
  select
    folded.*,
    {{ carried('base') }},
    {{ carried('quote') }},
    {{ carried('taker_base') }},
    {{ carried('taker_quote') }}
  from folded
)
select
  e.exchange,
  e.instrument,
  '{{ interval }}' as interval,
  {{ time_of('e.open_ms') }} as open_time,
  {{ time_of('e.open_ms + ' ~ length_ms) }} as close_time,
  open,
  high,
  low,
  close,
  {{ decimal_of('base') }} as volume,
  {{ text_if_no_decimal('base') }} as volume_text,
  {{ decimal_of('quote') }} as quote_volume,
  {{ text_if_no_decimal('quote') }} as quote_volume_text,
  trade_count,
  {{ decimal_of('taker_base') }} as taker_buy_volume,
  {{ text_if_no_decimal('taker_base') }} as taker_buy_volume_text,
  {{ decimal_of('taker_quote') }} as taker_buy_quote_volume,
  {{ text_if_no_decimal('taker_quote') }} as taker_buy_quote_volume_text,
  print_count,
  first_trade_id,
  last_trade_id,
  first_sequence,
  last_sequence,
  c.missing,
  c.batch
from exact e
join counted c on c.exchange = e.exchange and c.instrument = e.instrument and c.open_ms = e.open_ms
{% endmacro %}

{# A candle from before a trade came that does not fit would stay, and be wrong. #}
{% macro drop_unfit(length_ms) %}delete from {{ this }}
where (exchange, instrument, open_time) in (
  select exchange, instrument, {{ time_of('time_ms - time_ms % ' ~ length_ms) }} from {{ ref('unfit_trades') }}
){% endmacro %}
