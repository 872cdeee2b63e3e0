{{ config(severity='warn') }}
-- Gaps between the numbers of an instrument. A warning: an outage that no history could mend stays a gap, and `gaps` names it.
select *
from (
  select
    exchange,
    instrument,
    number as before_gap,
    lead(number) over (partition by exchange, instrument order by number) as after_gap
  from {{ ref('silver_trades') }}
  where number is not null
) neighbours
where after_gap <> before_gap + 1
