-- Every interval counts the trades that silver has, but for those that the exchange excludes and for windows with a trade that does not fit.
select interval, sum(trade_count) as trades
from {{ all_candles() }}
group by interval
having sum(trade_count) <> (select count(*) from {{ ref('silver_trades') }} where not is_excluded)
  and not exists (select 1 from {{ ref('unfit_trades') }})
