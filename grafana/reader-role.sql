-- The role that Grafana reads PostgreSQL with: it may select what is in the database, and nothing else.
-- Run it as the role that runs `tickstream migrate`, which owns the tables, after it or before; again changes the password:
--   PGOPTIONS="-c tickstream.reader_password=$GRAFANA_READER_PASSWORD" \
--     psql "$POSTGRES_URL" --no-psqlrc -v ON_ERROR_STOP=1 -f grafana/reader-role.sql
do $$
declare
  secret constant text := current_setting('tickstream.reader_password', true);
begin
  if coalesce(secret, '') = '' then
    raise exception 'no password for grafana_reader: set PGOPTIONS="-c tickstream.reader_password=…"';
  end if;
  if not exists (select from pg_roles where rolname = 'grafana_reader') then
    create role grafana_reader;
  end if;
  execute format('alter role grafana_reader login password %L', secret);
  execute format('grant connect on database %I to grafana_reader', current_database());
end
$$;

alter role grafana_reader connection limit 20;
-- A panel that asks too much must not slow the sink down.
alter role grafana_reader set statement_timeout = '20s';
alter role grafana_reader set default_transaction_read_only = on;

grant usage on schema public to grafana_reader;
grant select on all tables in schema public to grafana_reader;
alter default privileges in schema public grant select on tables to grafana_reader;
