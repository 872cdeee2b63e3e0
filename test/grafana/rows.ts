/** Two hours of two instruments on which everything went well: candles of two intervals, KPIs, positions, and a hole that is being filled. */
export const HEALTHY = `
insert into instruments values ('binance', 'BTC/USDT'), ('binance', 'ETH/USDT');

insert into candles
select
  'binance', symbol, length.name, t, t + length.name::interval, 100, 110, 90, 105, 12, 1200, 10, 6, 600,
  (extract(epoch from t)::bigint * 10)::text, (extract(epoch from t)::bigint * 10 + 9)::text, 0, true, 'traded', null
from (values ('1s', interval '10 minutes'), ('1m', interval '2 hours')) as length (name, past)
cross join unnest(array['BTC/USDT', 'ETH/USDT']) as symbol
cross join lateral generate_series(
  date_trunc('minute', now()) - past, now() - length.name::interval, length.name::interval
) as t;

insert into kpis (
  exchange, symbol, time, open, high, low, close, bid, ask, base_volume, quote_volume, price_change_pct, price_spread,
  daily_range, vwap, market_depth_ratio, order_book_imbalance, turnover_ratio
)
select 'binance', symbol, t, 100, 110, 90, 105, 104, 105, 1200, 126000, 5, 1, 20, 105, 0.001, 0.2, 105
from unnest(array['BTC/USDT', 'ETH/USDT']) as symbol
cross join generate_series(now() - interval '2 hours', now(), interval '5 seconds') as t;

insert into kafka_offsets values ('sink-postgres', 'ohlcv_1m', 0, 120);

insert into gaps values ('binance', 'ETH/USDT', '80', '81', 2, now() - interval '2 seconds', 'open', 'skipped', null)`

/** What can go wrong, all at once: the feed of BTC/USDT has stopped and lacks trades, some of ETH/USDT are lost, a candle was revised, a letter is dead. */
export const TROUBLE = `
delete from candles where symbol = 'BTC/USDT' and close_time > now() - interval '5 minutes';
delete from kpis where symbol = 'BTC/USDT' and time > now() - interval '5 minutes';
update candles set revision = 1, status = 'backfilled' where open_time = date_trunc('minute', now()) - interval '30 minutes';

insert into gaps values
  ('binance', 'BTC/USDT', '1', '40', 40, now() - interval '3 minutes', 'open', 'disconnect', null),
  ('binance', 'BTC/USDT', '50', '59', 10, now() - interval '20 minutes', 'filled', 'restart', now() - interval '19 minutes'),
  ('binance', 'ETH/USDT', '70', '71', 2, now() - interval '9 minutes', 'unrecoverable', 'skipped', now() - interval '5 minutes');

insert into dead_letters values
  ('dead_letters', 0, 0, 'aggregate', 'undecodable', 'no JSON', '{"topic":"raw_ticks","partition":0,"offset":"7"}', now(), 'x', false, null);

insert into alerts values
  ('1', 'far apart', 'price', 'high', 'binance:BTC/USDT', null, now(), 1, 2, 'firing', 'BTC/USDT is above 2'),
  ('2', 'apart', 'z_score', 'high', null, 'binance:BTC/USDT~binance:ETH/USDT', now(), 2.5, 2, 'firing', 'the pair is apart')`
