select exchange, instrument, id
from {{ ref('silver_trades') }}
group by exchange, instrument, id
having count(*) > 1
