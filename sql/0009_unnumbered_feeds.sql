-- Exchanges where no number of the trades proves a candle complete: what it matches of the exchange's own, or the volume that is missing.
-- Sequences stand beside ids where those are not the numbers; prints are counted where trades are aggregates of them. Every column is null
-- in what stands here, so no row is written anew.
alter table candles
  add column matched_by jsonb,
  add column missing_volume numeric,
  add column print_count bigint,
  add column first_sequence text,
  add column last_sequence text;
alter table gaps add column from_time timestamptz;
