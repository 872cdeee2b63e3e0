{# The candles of one interval: of every window, or of those that the newest batches of trades touch, each folded anew from all its trades.
   Ids are compared as numbers; sort_key orders trades by (time, id): 13 digits of time before 19 of id. #}
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
    t.id,
    t.side,
    t.price,
    t.quantity,
    t.batch,
    cast(t.time_ms as decimal(38, 0)) * 10000000000000000000 + t.id as sort_key,
    {{ limb_0('t.price') }} as p0,
    {{ limb_1('t.price') }} as p1,
    {{ limb_2('t.price') }} as p2,
    {{ limb_3('t.price') }} as p3,
    {{ limb_4('t.price') }} as p4,
    {{ limb_0('t.quantity') }} as q0,
    {{ limb_1('t.quantity') }} as q1,
    {{ limb_2('t.quantity') }} as q2,
    {{ limb_3('t.quantity') }} as q3,
    {{ limb_4('t.quantity') }} as q4
  from trades t
  join touched w on w.exchange = t.exchange and w.instrument = t.instrument and w.open_ms = t.open_ms
),
products as (
  select
    parts.*,
    p0 * q0 as c0,
    p0 * q1 + p1 * q0 as c1,
    p0 * q2 + p1 * q1 + p2 * q0 as c2,
    p0 * q3 + p1 * q2 + p2 * q1 + p3 * q0 as c3,
    p0 * q4 + p1 * q3 + p2 * q2 + p3 * q1 + p4 * q0 as c4,
    p1 * q4 + p2 * q3 + p3 * q2 + p4 * q1 as c5,
    p2 * q4 + p3 * q3 + p4 * q2 as c6,
    p3 * q4 + p4 * q3 as c7,
    p4 * q4 as c8
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
    min(id) as first_id,
    max(id) as last_id,
    max(batch) as batch,
    {{ sums_of_quantities('base', 'true') }},
    {{ sums_of_products('quote', 'true') }},
    {{ sums_of_quantities('taker_base', "side = 'buy'") }},
    {{ sums_of_products('taker_quote', "side = 'buy'") }}
  from products
  group by exchange, instrument, open_ms
  having count(price) = count(*) and count(quantity) = count(*)
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
  exchange,
  instrument,
  '{{ interval }}' as interval,
  {{ time_of('open_ms') }} as open_time,
  {{ time_of('open_ms + ' ~ length_ms) }} as close_time,
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
  cast(first_id as varchar) as first_trade_id,
  cast(last_id as varchar) as last_trade_id,
  last_id - first_id + 1 - trade_count as missing,
  batch
from exact
{% endmacro %}

{# A candle from before a trade came that does not fit would stay, and be wrong. #}
{% macro drop_unfit(length_ms) %}delete from {{ this }}
where (exchange, instrument, open_time) in (
  select exchange, instrument, {{ time_of('time_ms - time_ms % ' ~ length_ms) }} from {{ ref('unfit_trades') }}
){% endmacro %}
