-- Why trades were given up that the exchange's history may have.
alter table gaps
  add column reason text,
  add column http_status integer;
