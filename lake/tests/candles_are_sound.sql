-- Prices within the candle's own, its counts and times possible, each window once.
select 'prices' as wrong, exchange, instrument, interval, open_time
from {{ all_candles() }}
where high < low or open > high or open < low or close > high or close < low
union all
select 'counts', exchange, instrument, interval, open_time
from {{ all_candles() }}
where trade_count < 1 or missing < 0 or close_time <= open_time
union all
select 'volumes', exchange, instrument, interval, open_time
from {{ all_candles() }}
where (volume is null) = (volume_text is null)
  or (quote_volume is null) = (quote_volume_text is null)
  or taker_buy_volume > volume
  or taker_buy_quote_volume > quote_volume
union all
select 'twice', exchange, instrument, interval, open_time
from {{ all_candles() }}
group by exchange, instrument, interval, open_time
having count(*) > 1
