import type { RowColumn } from '../../stream/codec/row-codec.ts'

/** Where values of one kind live. `newer`: an SQL condition under which a row gives way to the one of the same key. */
export type Table<T> = {
  readonly name: string
  /** The columns of the natural key. */
  readonly key: readonly string[]
  readonly columns: readonly RowColumn<T>[]
  /** `revision`: what the database puts into `stored_at` is when this revision was stored; otherwise it stays when the row was. */
  readonly stamp?: 'revision'
  readonly onConflict: 'keep' | { readonly replaceWhen: string }
}

/** A name that may be a word of SQL as well, such as `window`. */
export const quoted = (name: string): string => `"${name}"`

const stampOf = (name: string): string =>
  `stored_at = case when ${name}.revision < excluded.revision then excluded.stored_at else ${name}.stored_at end`

const replacing = <T>(table: Table<T>, condition: string): string => {
  const rest = table.columns.filter(column => !table.key.includes(column.name))
  const sets = rest.map(({ name }) => `${quoted(name)} = excluded.${quoted(name)}`)
  if (table.stamp === 'revision') sets.push(stampOf(table.name))
  return `update set ${sets.join(', ')} where ${condition}`
}

/** One statement that stores any number of rows: an array a column. A key may stand in it once. */
export const upsertSql = <T>(table: Table<T>): string => {
  const names = table.columns.map(column => quoted(column.name)).join(', ')
  const arrays = table.columns.map((column, at) => `$${at + 1}::${column.type}[]`).join(', ')
  const act = table.onConflict === 'keep' ? 'nothing' : replacing(table, table.onConflict.replaceWhen)
  return `insert into ${table.name} (${names}) select * from unnest(${arrays}) on conflict (${table.key.map(quoted).join(', ')}) do ${act}`
}

/** The parameters of `upsertSql`. */
export const upsertValues = <T>(table: Table<T>, values: readonly T[]): unknown[][] =>
  table.columns.map(column => values.map(column.read))
