{{ config(materialized='view') }}
-- Trades as floating-point numbers, for statistics and charts: what the exchange excludes is not among them. Exact values are in silver_trades.
select
  exchange,
  instrument,
  trade_id,
  time_ms,
  cast(coalesce(cast(price as varchar), price_text) as double) as price,
  cast(coalesce(cast(quantity as varchar), quantity_text) as double) as quantity,
  coalesce(
    cast(coalesce(cast(quote_quantity as varchar), quote_quantity_text) as double),
    cast(coalesce(cast(price as varchar), price_text) as double) * cast(coalesce(cast(quantity as varchar), quantity_text) as double)
  ) as quote_quantity,
  side
from {{ ref('silver_trades') }}
where not is_excluded
