-- Rows of windows and moments in partitions: by interval, because each is kept for a time of its own, and by time, because a partition that
-- is past is dropped whole. Partitions of times are made and dropped by `sink postgres` and `migrate`; what has none yet stands in `…_rest`.
-- Rows that were stored before stand aside in `…_unpartitioned`, and `migrate` moves them.
alter table candles rename to candles_unpartitioned;
alter index candles_pkey rename to candles_unpartitioned_pkey;
alter table indicators rename to indicators_unpartitioned;
alter index indicators_pkey rename to indicators_unpartitioned_pkey;
alter table pair_stats rename to pair_stats_unpartitioned;
alter index pair_stats_pkey rename to pair_stats_unpartitioned_pkey;
alter table verifications rename to verifications_unpartitioned;
alter index verifications_pkey rename to verifications_unpartitioned_pkey;
alter index verifications_not_equal rename to verifications_unpartitioned_not_equal;
alter table kpis rename to kpis_unpartitioned;
alter index kpis_pkey rename to kpis_unpartitioned_pkey;

create table candles (like candles_unpartitioned including defaults) partition by list (interval);
create table indicators (like indicators_unpartitioned including defaults) partition by list (interval);
create table pair_stats (like pair_stats_unpartitioned including defaults) partition by list (interval);
create table verifications (like verifications_unpartitioned including defaults) partition by range (open_time);
create table kpis (like kpis_unpartitioned including defaults) partition by range (time);

-- When the row, or the revision that stands there, was stored; null of rows from before.
alter table candles add column stored_at timestamptz default now();
alter table indicators add column stored_at timestamptz default now();
alter table pair_stats add column stored_at timestamptz default now();
alter table verifications add column stored_at timestamptz default now();
alter table kpis add column stored_at timestamptz default now();

alter table candles add primary key (exchange, symbol, interval, open_time);
alter table indicators add primary key (exchange, symbol, interval, open_time);
alter table pair_stats add primary key (a, b, interval, open_time, "window", method);
alter table verifications add primary key (exchange, symbol, interval, open_time);
create index verifications_not_equal on verifications (exchange, symbol, open_time) where result <> 'equal';
alter table kpis add primary key (exchange, symbol, time);

-- An identity of a partitioned table is new in PostgreSQL 17, and no key over all partitions can be of the id alone.
create sequence kpis_ids owned by kpis.id;
alter table kpis alter column id set default nextval('kpis_ids');
select setval('kpis_ids', coalesce((select max(id) from kpis_unpartitioned), 0) + 1, false);
create or replace view crypto_prices as
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

do $$
declare
  name text;
  word text;
  given record;
begin
  foreach name in array array['candles', 'indicators', 'pair_stats'] loop
    foreach word in array array['1s', '5s', '10s', '30s', '1m', '5m', '15m', '1h', '1d'] loop
      execute format('create table %I partition of %I for values in (%L) partition by range (open_time)', name || '_' || word, name, word);
      execute format('create table %I partition of %I default', name || '_' || word || '_rest', name || '_' || word);
    end loop;
  end loop;
  create table verifications_rest partition of verifications default;
  create table kpis_rest partition of kpis default;
  -- Whoever might read or write a table may do it as before. Whoever wrote KPIs had their numbers without asking.
  for given in
    select replace(c.relname, '_unpartitioned', '') as relation, a.privilege_type as privilege, a.is_grantable,
      case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as grantee
    from pg_class c cross join lateral aclexplode(c.relacl) a
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname like '%\_unpartitioned' and a.grantee <> c.relowner
  loop
    execute format('grant %s on %I to %s', given.privilege, given.relation, given.grantee)
      || case when given.is_grantable then ' with grant option' else '' end;
  end loop;
  grant usage on sequence kpis_ids to public;
  -- A new installation has nothing to move.
  foreach name in array array['candles', 'indicators', 'pair_stats', 'verifications', 'kpis'] loop
    execute format('select exists (select from %I)', name || '_unpartitioned') into given;
    if not given.exists then
      execute format('drop table %I', name || '_unpartitioned');
    end if;
  end loop;
end
$$;
