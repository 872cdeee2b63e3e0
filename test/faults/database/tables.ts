/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>

/** Tables of an in-memory PostgreSQL, each by its natural key. */
export type Tables = {
  readonly get: (table: string, key: string) => Row | undefined
  readonly set: (table: string, key: string, row: Row) => void
  readonly rows: (table: string) => readonly Row[]
}

type Rows = Map<string, Row>

const rowsIn = (tables: Map<string, Rows>, table: string): Rows => {
  const rows = tables.get(table) ?? new Map<string, Row>()
  tables.set(table, rows)
  return rows
}

export const createTables = (): Tables => {
  const tables = new Map<string, Rows>()
  return {
    get: (table, key) => tables.get(table)?.get(key),
    set: (table, key, row) => void rowsIn(tables, table).set(key, row),
    rows: table => [...(tables.get(table)?.values() ?? [])]
  }
}

/** What one transaction sees: the tables, and its own changes over them until `keep` puts them there. */
export const changesOver = (base: Tables): Tables & { readonly keep: () => void } => {
  const changes = new Map<string, Rows>()
  return {
    get: (table, key) => changes.get(table)?.get(key) ?? base.get(table, key),
    set: (table, key, row) => void rowsIn(changes, table).set(key, row),
    rows: base.rows,
    keep: () => {
      for (const [table, rows] of changes) for (const [key, row] of rows) base.set(table, key, row)
    }
  }
}

const INSERT =
  /^insert into (\w+) \(([^)]*)\)\s+select (\$1, )?\* from unnest\(([^)]*(?:\[\][^)]*)*)\)\s+on conflict \(([^)]*)\) do (nothing|update set [\s\S]*)$/
const WHERE = /where (\w+)\.(\w+) (<|<=|>|>=|=) excluded\.(\w+)$/

const compare = (a: unknown, sign: string, b: unknown): boolean => {
  const difference = Number(a) - Number(b)
  if (sign === '<') return difference < 0
  if (sign === '<=') return difference <= 0
  if (sign === '>') return difference > 0
  if (sign === '>=') return difference >= 0
  return difference === 0
}

/** Whether a row gives way to the next one of its key. */
type Gives = (old: Row, next: Row) => boolean

const givesOf = (action: string): Gives => {
  if (action === 'nothing') return () => false
  if (/where true$/.test(action) || !action.includes(' where ')) return () => true
  const match = WHERE.exec(action)
  if (!match) throw new Error(`this database does not understand "${action}"`)
  const [, , before = '', sign = '', after = ''] = match
  return (old, next) => compare(old[before], sign, next[after])
}

/** An `insert … select * from unnest(…)`, understood: an array a column, behind the one that all rows share, if there is one. */
type Insert = {
  readonly table: string
  readonly columns: readonly string[]
  readonly key: readonly string[]
  readonly hasFirst: boolean
  readonly isIgnored: boolean
  readonly gives: Gives
}

const keyOf = (row: Row, columns: readonly string[]): string => {
  let key = ''
  for (const name of columns) key += ` ${String(row[name])}`
  return key
}

const split = (list: string): readonly string[] => list.split(',').map(part => part.trim())

/** A name means the same in quotes. */
const readInsert = (sql: string): Insert | null => {
  const [, table = '', columns = '', first, , key = '', action = ''] = INSERT.exec(sql.replaceAll('"', '')) ?? []
  if (table === '') return null
  return {
    table,
    columns: split(columns),
    key: split(key),
    hasFirst: first !== undefined,
    isIgnored: action === 'nothing',
    gives: givesOf(action)
  }
}

/** Statements are few, and come again and again. */
const prepared = new Map<string, Insert | null>()

const prepare = (sql: string): Insert | null => {
  const known = prepared.get(sql)
  if (known !== undefined) return known
  const insert = readInsert(sql)
  prepared.set(sql, insert)
  return insert
}

const rowAt = ({ columns, hasFirst }: Insert, params: readonly unknown[], at: number): Row => {
  const row: Record<string, unknown> = {}
  for (const [n, column] of columns.entries())
    row[column] = hasFirst && n === 0 ? params[0] : (params as readonly (readonly unknown[])[])[n]![at]
  return row
}

const insert = (tables: Tables, of: Insert, params: readonly unknown[]): number => {
  const { table, key, hasFirst, isIgnored, gives } = of
  const count = ((params[hasFirst ? 1 : 0] ?? []) as readonly unknown[]).length
  const seen = new Set<string>()
  let changed = 0
  for (let n = 0; n < count; n++) {
    const row = rowAt(of, params, n)
    const at = keyOf(row, key)
    if (seen.has(at) && !isIgnored) throw new Error('a row cannot be affected a second time')
    seen.add(at)
    const old = tables.get(table, at)
    if (old && !gives(old, row)) continue
    tables.set(table, at, old ? { ...old, ...row } : row)
    changed += 1
  }
  return changed
}

/** `update kafka_offsets … from unnest(topics, partitions, nexts, their logs, storeds)`: each from where its owner believes it to be. */
const advance = (tables: Tables, sql: string, params: readonly unknown[]): number => {
  const [group, topics, partitions, nexts, clusters, ids, epochs, storeds] = params as [
    string,
    string[],
    number[],
    string[],
    string[],
    string[],
    number[],
    string[]
  ]
  const isChecked = /k\.next_offset = a\.stored/.test(sql)
  let changed = 0
  for (const [n, topic] of topics.entries()) {
    const at = keyOf({ group, topic, partition: partitions[n] }, ['group', 'topic', 'partition'])
    const row = tables.get('kafka_offsets', at)
    if (!row || (isChecked && row.next_offset !== storeds[n])) continue
    const log = { cluster_id: clusters[n], topic_id: ids[n], leader_epoch: epochs[n] }
    tables.set('kafka_offsets', at, { ...row, next_offset: nexts[n], ...log })
    changed += 1
  }
  return changed
}

/** What a statement answers. */
export type Result = { readonly rows: readonly Row[]; readonly rowCount: number }

/** Runs one of the statements that the sink writes; throws for one that it does not know. */
export const runStatement = (tables: Tables, sql: string, params: readonly unknown[]): Result => {
  const writing = prepare(sql)
  if (writing) return { rows: [], rowCount: insert(tables, writing, params) }
  if (sql.startsWith('update kafka_offsets k')) return { rows: [], rowCount: advance(tables, sql, params) }
  if (/^select topic, partition, next_offset[a-z_, ]* from kafka_offsets/.test(sql)) {
    const rows = tables.rows('kafka_offsets').filter(row => row.consumer_group === params[0])
    return { rows, rowCount: rows.length }
  }
  throw new Error(`this database does not understand "${sql}"`)
}
