-- What the migrations add up to. Written by `tickstream migrate --dump`; a test compares it.

CREATE TABLE alerts (
  id text not null,
  rule text not null,
  kind text not null,
  priority text not null,
  instrument text,
  pair text,
  "time" timestamp with time zone not null,
  value double precision,
  threshold double precision,
  state text not null,
  message text not null,
  constraint alerts_pkey PRIMARY KEY (id, state)
);

CREATE TABLE candles (
  exchange text not null,
  symbol text not null,
  "interval" text not null,
  open_time timestamp with time zone not null,
  close_time timestamp with time zone not null,
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
  epoch integer default 0 not null,
  matched_by jsonb,
  missing_volume numeric,
  print_count bigint,
  first_sequence text,
  last_sequence text,
  constraint candles_pkey PRIMARY KEY (exchange, symbol, "interval", open_time)
);

CREATE TABLE composites (
  symbol text not null,
  base text not null,
  quote text not null,
  type text not null,
  simulated boolean not null,
  "interval" text not null,
  open_time timestamp with time zone not null,
  close_time timestamp with time zone not null,
  price double precision,
  volume numeric not null,
  quote_volume numeric not null,
  dispersion_bps double precision,
  status text not null,
  venues jsonb not null,
  missing jsonb not null,
  revision bigint not null,
  constraint composites_pkey PRIMARY KEY (symbol, simulated, "interval", open_time)
);

CREATE TABLE dead_letters (
  record_topic text not null,
  record_partition integer not null,
  record_offset bigint not null,
  stage text not null,
  reason text not null,
  detail text not null,
  origin jsonb not null,
  received_at timestamp with time zone not null,
  payload bytea not null,
  truncated boolean not null,
  size bigint,
  constraint dead_letters_pkey PRIMARY KEY (record_topic, record_partition, record_offset, received_at)
);

CREATE TABLE gaps (
  exchange text not null,
  symbol text not null,
  from_id text not null,
  to_id text not null,
  count bigint not null,
  detected_at timestamp with time zone not null,
  status text not null,
  cause text not null,
  closed_at timestamp with time zone,
  reason text,
  http_status integer,
  epoch integer default 0 not null,
  from_time timestamp with time zone,
  constraint gaps_pkey PRIMARY KEY (exchange, symbol, epoch, from_id)
);

CREATE TABLE indicators (
  exchange text not null,
  symbol text not null,
  "interval" text not null,
  open_time timestamp with time zone not null,
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
  constraint indicators_pkey PRIMARY KEY (exchange, symbol, "interval", open_time)
);

CREATE TABLE instruments (
  exchange text not null,
  symbol text not null,
  base text generated always as (split_part(symbol, '/'::text, 1)) stored,
  quote text generated always as (split_part(split_part(symbol, '/'::text, 2), ':'::text, 1)) stored,
  native text,
  type text,
  contract_type text,
  asset_class text,
  tick_size numeric,
  lot_size numeric,
  min_size numeric,
  contract_size numeric,
  status text,
  listed_at timestamp with time zone,
  expires_at timestamp with time zone,
  sessions jsonb,
  delisted boolean,
  checked_at timestamp with time zone,
  constraint instruments_pkey PRIMARY KEY (exchange, symbol)
);

CREATE TABLE kafka_offsets (
  consumer_group text not null,
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  cluster_id text,
  topic_id text,
  leader_epoch integer,
  constraint kafka_offsets_pkey PRIMARY KEY (consumer_group, topic, partition)
);

CREATE TABLE kpis (
  id bigint generated always as identity not null,
  exchange text not null,
  symbol text not null,
  "time" timestamp with time zone not null,
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
  constraint kpis_id_key UNIQUE (id),
  constraint kpis_pkey PRIMARY KEY (exchange, symbol, "time")
);

CREATE TABLE pair_stats (
  a text not null,
  b text not null,
  "interval" text not null,
  open_time timestamp with time zone not null,
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
  constraint pair_stats_pkey PRIMARY KEY (a, b, "interval", open_time, "window", method)
);

CREATE TABLE schema_migrations (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migrations_pkey PRIMARY KEY (version)
);

CREATE TABLE verifications (
  exchange text not null,
  symbol text not null,
  "interval" text not null,
  open_time timestamp with time zone not null,
  "time" timestamp with time zone not null,
  result text not null,
  revision integer not null,
  differences jsonb not null,
  verified_to timestamp with time zone,
  constraint verifications_pkey PRIMARY KEY (exchange, symbol, "interval", open_time)
);

CREATE INDEX alerts_time ON alerts USING btree ("time");

CREATE INDEX dead_letters_received_at ON dead_letters USING btree (received_at);

CREATE INDEX verifications_not_equal ON verifications USING btree (exchange, symbol, open_time) WHERE (result <> 'equal'::text);

CREATE VIEW crypto_prices AS
 SELECT id,
    symbol,
    "time" AS "timestamp",
    price_change_pct,
    price_spread,
    daily_range,
    vwap,
    market_depth_ratio,
    order_book_imbalance,
    turnover_ratio
   FROM kpis;
