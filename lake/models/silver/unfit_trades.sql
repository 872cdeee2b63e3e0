{{ config(materialized='view') }}
-- Trades with a price or a quantity that DECIMAL(38,18) cannot hold. Their windows have no candle in gold, rather than a wrong one.
select exchange, instrument, trade_id, time_ms, price_text, quantity_text, quote_quantity_text
from {{ ref('silver_trades') }}
where price is null or quantity is null or quote_quantity_text is not null
