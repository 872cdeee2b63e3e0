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
  stored_at timestamp with time zone default now(),
  constraint candles_pkey PRIMARY KEY (exchange, symbol, "interval", open_time)
) PARTITION BY LIST ("interval");

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
  stored_at timestamp with time zone default now(),
  constraint indicators_pkey PRIMARY KEY (exchange, symbol, "interval", open_time)
) PARTITION BY LIST ("interval");

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
  id bigint default nextval('kpis_ids'::regclass) not null,
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
  stored_at timestamp with time zone default now(),
  constraint kpis_pkey PRIMARY KEY (exchange, symbol, "time")
) PARTITION BY RANGE ("time");

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
  stored_at timestamp with time zone default now(),
  constraint pair_stats_pkey PRIMARY KEY (a, b, "interval", open_time, "window", method)
) PARTITION BY LIST ("interval");

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
  stored_at timestamp with time zone default now(),
  constraint verifications_pkey PRIMARY KEY (exchange, symbol, "interval", open_time)
) PARTITION BY RANGE (open_time);

CREATE TABLE candles_10s PARTITION OF candles FOR VALUES IN ('10s') PARTITION BY RANGE (open_time);
CREATE TABLE candles_15m PARTITION OF candles FOR VALUES IN ('15m') PARTITION BY RANGE (open_time);
CREATE TABLE candles_1d PARTITION OF candles FOR VALUES IN ('1d') PARTITION BY RANGE (open_time);
CREATE TABLE candles_1h PARTITION OF candles FOR VALUES IN ('1h') PARTITION BY RANGE (open_time);
CREATE TABLE candles_1m PARTITION OF candles FOR VALUES IN ('1m') PARTITION BY RANGE (open_time);
CREATE TABLE candles_1s PARTITION OF candles FOR VALUES IN ('1s') PARTITION BY RANGE (open_time);
CREATE TABLE candles_30s PARTITION OF candles FOR VALUES IN ('30s') PARTITION BY RANGE (open_time);
CREATE TABLE candles_5m PARTITION OF candles FOR VALUES IN ('5m') PARTITION BY RANGE (open_time);
CREATE TABLE candles_5s PARTITION OF candles FOR VALUES IN ('5s') PARTITION BY RANGE (open_time);
CREATE TABLE candles_10s_rest PARTITION OF candles_10s DEFAULT;
CREATE TABLE candles_15m_rest PARTITION OF candles_15m DEFAULT;
CREATE TABLE candles_1d_rest PARTITION OF candles_1d DEFAULT;
CREATE TABLE candles_1h_rest PARTITION OF candles_1h DEFAULT;
CREATE TABLE candles_1m_rest PARTITION OF candles_1m DEFAULT;
CREATE TABLE candles_1s_rest PARTITION OF candles_1s DEFAULT;
CREATE TABLE candles_30s_rest PARTITION OF candles_30s DEFAULT;
CREATE TABLE candles_5m_rest PARTITION OF candles_5m DEFAULT;
CREATE TABLE candles_5s_rest PARTITION OF candles_5s DEFAULT;
CREATE TABLE indicators_10s PARTITION OF indicators FOR VALUES IN ('10s') PARTITION BY RANGE (open_time);
CREATE TABLE indicators_15m PARTITION OF indicators FOR VALUES IN ('15m') PARTITION BY RANGE (open_time);
CREATE TABLE indicators_1d PARTITION OF indicators FOR VALUES IN ('1d') PARTITION BY RANGE (open_time);
CREATE TABLE indicators_1h PARTITION OF indicators FOR VALUES IN ('1h') PARTITION BY RANGE (open_time);
CREATE TABLE indicators_1m PARTITION OF indicators FOR VALUES IN ('1m') PARTITION BY RANGE (open_time);
CREATE TABLE indicators_1s PARTITION OF indicators FOR VALUES IN ('1s') PARTITION BY RANGE (open_time);
CREATE TABLE indicators_30s PARTITION OF indicators FOR VALUES IN ('30s') PARTITION BY RANGE (open_time);
CREATE TABLE indicators_5m PARTITION OF indicators FOR VALUES IN ('5m') PARTITION BY RANGE (open_time);
CREATE TABLE indicators_5s PARTITION OF indicators FOR VALUES IN ('5s') PARTITION BY RANGE (open_time);
CREATE TABLE indicators_10s_rest PARTITION OF indicators_10s DEFAULT;
CREATE TABLE indicators_15m_rest PARTITION OF indicators_15m DEFAULT;
CREATE TABLE indicators_1d_rest PARTITION OF indicators_1d DEFAULT;
CREATE TABLE indicators_1h_rest PARTITION OF indicators_1h DEFAULT;
CREATE TABLE indicators_1m_rest PARTITION OF indicators_1m DEFAULT;
CREATE TABLE indicators_1s_rest PARTITION OF indicators_1s DEFAULT;
CREATE TABLE indicators_30s_rest PARTITION OF indicators_30s DEFAULT;
CREATE TABLE indicators_5m_rest PARTITION OF indicators_5m DEFAULT;
CREATE TABLE indicators_5s_rest PARTITION OF indicators_5s DEFAULT;
CREATE TABLE kpis_rest PARTITION OF kpis DEFAULT;
CREATE TABLE pair_stats_10s PARTITION OF pair_stats FOR VALUES IN ('10s') PARTITION BY RANGE (open_time);
CREATE TABLE pair_stats_15m PARTITION OF pair_stats FOR VALUES IN ('15m') PARTITION BY RANGE (open_time);
CREATE TABLE pair_stats_1d PARTITION OF pair_stats FOR VALUES IN ('1d') PARTITION BY RANGE (open_time);
CREATE TABLE pair_stats_1h PARTITION OF pair_stats FOR VALUES IN ('1h') PARTITION BY RANGE (open_time);
CREATE TABLE pair_stats_1m PARTITION OF pair_stats FOR VALUES IN ('1m') PARTITION BY RANGE (open_time);
CREATE TABLE pair_stats_1s PARTITION OF pair_stats FOR VALUES IN ('1s') PARTITION BY RANGE (open_time);
CREATE TABLE pair_stats_30s PARTITION OF pair_stats FOR VALUES IN ('30s') PARTITION BY RANGE (open_time);
CREATE TABLE pair_stats_5m PARTITION OF pair_stats FOR VALUES IN ('5m') PARTITION BY RANGE (open_time);
CREATE TABLE pair_stats_5s PARTITION OF pair_stats FOR VALUES IN ('5s') PARTITION BY RANGE (open_time);
CREATE TABLE pair_stats_10s_rest PARTITION OF pair_stats_10s DEFAULT;
CREATE TABLE pair_stats_15m_rest PARTITION OF pair_stats_15m DEFAULT;
CREATE TABLE pair_stats_1d_rest PARTITION OF pair_stats_1d DEFAULT;
CREATE TABLE pair_stats_1h_rest PARTITION OF pair_stats_1h DEFAULT;
CREATE TABLE pair_stats_1m_rest PARTITION OF pair_stats_1m DEFAULT;
CREATE TABLE pair_stats_1s_rest PARTITION OF pair_stats_1s DEFAULT;
CREATE TABLE pair_stats_30s_rest PARTITION OF pair_stats_30s DEFAULT;
CREATE TABLE pair_stats_5m_rest PARTITION OF pair_stats_5m DEFAULT;
CREATE TABLE pair_stats_5s_rest PARTITION OF pair_stats_5s DEFAULT;
CREATE TABLE verifications_rest PARTITION OF verifications DEFAULT;

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
