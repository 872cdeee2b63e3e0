select * from {{ ref('unfit_trades') }}
