import type { Pool } from 'pg'
import { ask } from '../in-transaction.ts'

/** One line a column, in the words of `create table`; constraints and indexes as PostgreSQL itself writes them. */
const COLUMNS = `
select c.relname as relation, a.attname as name,
  quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
  || case when a.attidentity = 'a' then ' generated always as identity' else '' end
  || case when a.attgenerated = 's' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
          when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end
  || case when a.attnotnull then ' not null' else '' end as line
from pg_attribute a
join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = current_schema()::regnamespace
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped
order by c.relname, a.attnum`

const CONSTRAINTS = `
select conrelid::regclass::text as relation, 'constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid) as line
from pg_constraint
where connamespace = current_schema()::regnamespace and contype <> 'n' and conrelid <> 0 and conparentid = 0
order by 1, conname`

const INDEXES = `
select replace(replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '), ' ON ' || quote_ident(current_schema()) || '.', ' ON ') || ';' as line
from pg_index i
join pg_class c on c.oid = i.indexrelid and c.relnamespace = current_schema()::regnamespace and not c.relispartition
where not exists (select from pg_constraint k where k.conindid = i.indexrelid)
order by 1`

const VIEWS = `
select 'CREATE VIEW ' || quote_ident(relname) || E' AS\\n' || pg_get_viewdef(oid, true) as line
from pg_class where relkind = 'v' and relnamespace = current_schema()::regnamespace
order by 1`

/** How a table is cut. */
const CUTS = `
select relname as relation, 'PARTITION BY ' || pg_get_partkeydef(oid) as line
from pg_class where relkind = 'p' and not relispartition and relnamespace = current_schema()::regnamespace`

/** Partitions that the migrations make: those of times come and go. */
const PARTITIONS = `
select format('CREATE TABLE %I PARTITION OF %I %s', c.relname, p.relname, pg_get_expr(c.relpartbound, c.oid))
  || coalesce(' PARTITION BY ' || pg_get_partkeydef(c.oid), '') || ';' as line
from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
  and pg_get_expr(c.relpartbound, c.oid) not like '%FROM%'
order by p.relname, c.relname`

type Line = { readonly line: string }
type LineOf = Line & { readonly relation: string }

const tables = (lines: readonly LineOf[], cuts: ReadonlyMap<string, string>): string[] =>
  [...Map.groupBy(lines, line => line.relation)].map(([name, parts]) => {
    const cut = cuts.has(name) ? ` ${cuts.get(name)}` : ''
    return `CREATE TABLE ${name} (\n${parts.map(part => `  ${part.line}`).join(',\n')}\n)${cut};`
  })

const HEAD = '-- What the migrations add up to. Written by `tickstream migrate --dump`; a test compares it.'

/** The schema as text, in an order that never varies. Throws what `explainError` makes of a failure. */
export const dumpSchema = async (pool: Pool): Promise<string> => {
  const columns = await ask<LineOf>(pool, COLUMNS)
  const constraints = await ask<LineOf>(pool, CONSTRAINTS)
  const cuts = new Map((await ask<LineOf>(pool, CUTS)).map(({ relation, line }) => [relation, line]))
  const partitions = (await ask<Line>(pool, PARTITIONS)).map(row => row.line)
  const rest = [...(await ask<Line>(pool, INDEXES)), ...(await ask<Line>(pool, VIEWS))].map(row => row.line)
  const byTable = tables([...columns, ...constraints], cuts)
  return `${[HEAD, ...byTable, partitions.join('\n'), ...rest].join('\n\n')}\n`
}
