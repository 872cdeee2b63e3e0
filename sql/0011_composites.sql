-- What the venues of a symbol say together, window by window; of a window the newest revision counts.
create table composites (
  symbol text not null,
  base text not null,
  quote text not null,
  type text not null,
  simulated boolean not null,
  interval text not null,
  open_time timestamptz not null,
  close_time timestamptz not null,
  price double precision,
  volume numeric not null,
  quote_volume numeric not null,
  dispersion_bps double precision,
  status text not null,
  venues jsonb not null,
  missing jsonb not null,
  revision bigint not null,
  primary key (symbol, simulated, interval, open_time)
);
