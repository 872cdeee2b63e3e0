-- Candles as they ended: the newest revision of each window. Prices and volumes are exact, so they are numeric and never float.
create table candles (
  exchange text not null,
  symbol text not null,
  interval text not null,
  open_time timestamptz not null,
  close_time timestamptz not null,
  open numeric not null,
  high numeric not null,
  low numeric not null,
  close numeric not null,
  volume numeric not null,
  quote_volume numeric not null,
  trade_count bigint,
  taker_buy_volume numeric,
  taker_buy_quote_volume numeric,
  first_trade_id text,
  last_trade_id text,
  revision integer not null,
  final boolean not null,
  status text not null,
  missing integer,
  primary key (exchange, symbol, interval, open_time)
);

create table instruments (
  exchange text not null,
  symbol text not null,
  base text generated always as (split_part(symbol, '/', 1)) stored,
  quote text generated always as (split_part(symbol, '/', 2)) stored,
  primary key (exchange, symbol)
);
