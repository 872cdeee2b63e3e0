{% macro all_candles() %}(
  select * from {{ ref('candles_1m') }}
  union all select * from {{ ref('candles_5m') }}
  union all select * from {{ ref('candles_15m') }}
  union all select * from {{ ref('candles_1d') }}
) candles{% endmacro %}
