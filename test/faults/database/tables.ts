/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>

/** Tables of an in-memory PostgreSQL, each by its natural key. */
export type Tables = {
  readonly get: (table: string, key: string) => Row | undefined
  readonly set: (table: string, key: string, row: Row) => void
  readonly rows: (table: string) => readonly Row[]
}

export const createTables = (): Tables => {
  const tables = new Map<string, Map<string, Row>>()
  return {
    get: (table, key) => tables.get(table)?.get(key),
    set: (table, key, row) => {
      const rows = tables.get(table) ?? new Map<string, Row>()
      tables.set(table, rows)
      rows.set(key, row)
    },
    rows: table => [...(tables.get(table)?.values() ?? [])]
  }
}

/** What one transaction sees: the tables, and its own changes over them until `keep` puts them there. */
export const changesOver = (base: Tables): Tables & { readonly keep: () => void } => {
  const changes = new Map<string, { readonly table: string; readonly key: string; readonly row: Row }>()
  return {
    get: (table, key) => changes.get(`${table} ${key}`)?.row ?? base.get(table, key),
    set: (table, key, row) => void changes.set(`${table} ${key}`, { table, key, row }),
    rows: base.rows,
    keep: () => {
      for (const { table, key, row } of changes.values()) base.set(table, key, row)
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

const gives = (action: string, old: Row, next: Row): boolean => {
  if (action === 'nothing') return false
  if (/where true$/.test(action) || !action.includes(' where ')) return true
  const match = WHERE.exec(action)
  if (!match) throw new Error(`this database does not understand "${action}"`)
  return compare(old[match[2]!], match[3]!, next[match[4]!])
}

const keyOf = (row: Row, columns: readonly string[]): string => columns.map(name => String(row[name])).join(' ')

const split = (list: string): readonly string[] => list.split(',').map(part => part.trim())

/** Rows of an `insert … select * from unnest(…)`: an array a column, behind the one that all rows share, if there is one. */
const rowsOf = (columns: readonly string[], hasFirst: boolean, params: readonly unknown[]): readonly Row[] => {
  const [first, ...rest] = params
  const arrays = (hasFirst ? rest : params) as readonly (readonly unknown[])[]
  return (arrays[0] ?? []).map((_, at) => {
    const values = arrays.map(array => array[at])
    const all = hasFirst ? [first, ...values] : values
    return Object.fromEntries(columns.map((column, n) => [column, all[n]]))
  })
}

const insert = (tables: Tables, match: RegExpExecArray, params: readonly unknown[]): number => {
  const table = match[1]!
  const key = split(match[5]!)
  const seen = new Set<string>()
  let changed = 0
  for (const row of rowsOf(split(match[2]!), match[3] !== undefined, params)) {
    const at = keyOf(row, key)
    if (seen.has(at) && match[6] !== 'nothing') throw new Error('a row cannot be affected a second time')
    seen.add(at)
    const old = tables.get(table, at)
    if (old && !gives(match[6]!, old, row)) continue
    tables.set(table, at, old ? { ...old, ...row } : row)
    changed += 1
  }
  return changed
}

/** `update kafka_offsets … from unnest(topics, partitions, nexts, storeds)`: each from where its owner believes it to be. */
const advance = (tables: Tables, sql: string, params: readonly unknown[]): number => {
  const [group, topics, partitions, nexts, storeds] = params as [string, string[], number[], string[], string[]]
  const isChecked = /k\.next_offset = a\.stored/.test(sql)
  let changed = 0
  for (const [n, topic] of topics.entries()) {
    const at = keyOf({ group, topic, partition: partitions[n] }, ['group', 'topic', 'partition'])
    const row = tables.get('kafka_offsets', at)
    if (!row || (isChecked && row.next_offset !== storeds[n])) continue
    tables.set('kafka_offsets', at, { ...row, next_offset: nexts[n] })
    changed += 1
  }
  return changed
}

/** What a statement answers. */
export type Result = { readonly rows: readonly Row[]; readonly rowCount: number }

/** Runs one of the statements that the sink writes; throws for one that it does not know. */
export const runStatement = (tables: Tables, sql: string, params: readonly unknown[]): Result => {
  const match = INSERT.exec(sql)
  if (match) return { rows: [], rowCount: insert(tables, match, params) }
  if (sql.startsWith('update kafka_offsets k')) return { rows: [], rowCount: advance(tables, sql, params) }
  if (sql.startsWith('select topic, partition, next_offset from kafka_offsets')) {
    const rows = tables.rows('kafka_offsets').filter(row => row.consumer_group === params[0])
    return { rows, rowCount: rows.length }
  }
  throw new Error(`this database does not understand "${sql}"`)
}
