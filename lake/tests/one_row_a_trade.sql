select exchange, instrument, trade_id
from {{ ref('silver_trades') }}
group by exchange, instrument, trade_id
having count(*) > 1
