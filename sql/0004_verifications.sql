-- Whether our 1m candles are the exchange's own, window by window; of a window the newest revision counts.
create table verifications (
  exchange text not null,
  symbol text not null,
  interval text not null,
  open_time timestamptz not null,
  time timestamptz not null,
  result text not null,
  revision integer not null,
  differences jsonb not null,
  verified_to timestamptz,
  primary key (exchange, symbol, interval, open_time)
);

-- Those that are not equal are few, and looked for.
create index verifications_not_equal on verifications (exchange, symbol, open_time) where result <> 'equal';
