-- What an exchange's own list tells of an instrument: null in what stands here until the list is read again, and where it does not say. The
-- quote of a contract was told together with what it is settled in (USDT:USDT): that column is made anew, in a table of a row an instrument.
alter table instruments drop column quote;
alter table instruments
  add column quote text generated always as (split_part(split_part(symbol, '/', 2), ':', 1)) stored,
  add column native text,
  add column type text,
  add column contract_type text,
  add column asset_class text,
  add column tick_size numeric,
  add column lot_size numeric,
  add column min_size numeric,
  add column contract_size numeric,
  add column status text,
  add column listed_at timestamptz,
  add column expires_at timestamptz,
  add column sessions jsonb,
  add column delisted boolean,
  add column checked_at timestamptz;
