{{ config(severity='warn') }}
-- Holes between the ids of an instrument. A warning: an outage that no history could mend stays a hole, and `gaps` names it.
select *
from (
  select
    exchange,
    instrument,
    id as before_hole,
    lead(id) over (partition by exchange, instrument order by id) as after_hole
  from {{ ref('silver_trades') }}
) neighbours
where after_hole <> before_hole + 1
