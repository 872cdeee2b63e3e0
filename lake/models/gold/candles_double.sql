{{ config(materialized='view') }}
-- The candles of all intervals as floating-point numbers, for statistics and charts. Exact values are in candles_1m and the others.
select
  exchange,
  instrument,
  interval,
  open_time,
  close_time,
  cast(open as double) as open,
  cast(high as double) as high,
  cast(low as double) as low,
  cast(close as double) as close,
  cast(coalesce(cast(volume as varchar), volume_text) as double) as volume,
  cast(coalesce(cast(quote_volume as varchar), quote_volume_text) as double) as quote_volume,
  trade_count,
  cast(coalesce(cast(taker_buy_volume as varchar), taker_buy_volume_text) as double) as taker_buy_volume,
  cast(coalesce(cast(taker_buy_quote_volume as varchar), taker_buy_quote_volume_text) as double) as taker_buy_quote_volume,
  missing
from {{ all_candles() }}
