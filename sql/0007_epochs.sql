-- An exchange may begin its trade ids anew: the same id names another trade then. 0: the first chain of ids, and all that stands here
-- from before this was kept. Both columns have constants to begin with, so no row is written anew.
alter table gaps add column epoch integer not null default 0;
alter table gaps drop constraint gaps_pkey, add primary key (exchange, symbol, epoch, from_id);
alter table candles add column epoch integer not null default 0;
