-- Derived statistics are floating point; what is undefined is null.
create table kpis (
  id bigint generated always as identity unique,
  exchange text not null,
  symbol text not null,
  time timestamptz not null,
  open double precision,
  high double precision,
  low double precision,
  close double precision,
  bid double precision,
  ask double precision,
  base_volume double precision,
  quote_volume double precision,
  price_change_pct double precision,
  price_spread double precision,
  daily_range double precision,
  vwap double precision,
  market_depth_ratio double precision,
  order_book_imbalance double precision,
  turnover_ratio double precision,
  macd double precision,
  macd_signal double precision,
  macd_histogram double precision,
  primary key (exchange, symbol, time)
);

create view crypto_prices as
select
  id,
  symbol,
  time as "timestamp",
  price_change_pct,
  price_spread,
  daily_range,
  vwap,
  market_depth_ratio,
  order_book_imbalance,
  turnover_ratio
from kpis;

create table indicators (
  exchange text not null,
  symbol text not null,
  interval text not null,
  open_time timestamptz not null,
  final boolean not null,
  revision integer not null,
  sma20 double precision,
  ema20 double precision,
  rsi14 double precision,
  macd double precision,
  macd_signal double precision,
  macd_histogram double precision,
  bb_upper double precision,
  bb_middle double precision,
  bb_lower double precision,
  atr14 double precision,
  vwap double precision,
  obv double precision,
  stoch_k double precision,
  stoch_d double precision,
  primary key (exchange, symbol, interval, open_time)
);

create table pair_stats (
  a text not null,
  b text not null,
  interval text not null,
  open_time timestamptz not null,
  "window" integer not null,
  method text not null,
  alpha double precision,
  beta double precision,
  spread double precision,
  spread_mean double precision,
  spread_std double precision,
  z_score double precision,
  correlation double precision,
  half_life double precision,
  adf_stat double precision,
  adf_p_value double precision,
  eg_stat double precision,
  eg_p_value double precision,
  cointegrated boolean,
  primary key (a, b, interval, open_time, "window", method)
);

-- The same cause has the same id, raised and resolved.
create table alerts (
  id text not null,
  rule text not null,
  kind text not null,
  priority text not null,
  instrument text,
  pair text,
  time timestamptz not null,
  value double precision,
  threshold double precision,
  state text not null,
  message text not null,
  primary key (id, state)
);

create index alerts_time on alerts (time);
