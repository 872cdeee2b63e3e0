import { snakeCase } from '../../market/column-name.ts'
import { TickstreamError } from '../../market/error.ts'
import { type FieldFacts, factsOf, type Kind, type RecordTable, type TableFacts } from '../../market/records/fields.ts'

/** One column of a record's table: its name, its PostgreSQL type, and what of a record stands in it. */
export type RowColumn<R> = { readonly name: string; readonly type: string; readonly read: (record: R) => unknown }

/** A record ↔ a row of PostgreSQL, a column a field. */
export type RowCodec<R> = {
  readonly columns: readonly RowColumn<R>[]
  /** What is selected for `decode`, in its order. */
  readonly select: readonly string[]
  /** A record from a row as the client reads it: `numeric` and `bigint` as text, `double precision` as a number. */
  readonly decode: (row: readonly unknown[]) => R
}

/** How values of a kind stand in a column. */
type Cell = {
  readonly type: string
  readonly write: (value: never) => unknown
  readonly read: (value: unknown, field: FieldFacts, name: string) => unknown
}

/** A time as epoch milliseconds. */
export const selectMs = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint`

/** Text that PostgreSQL takes whatever it was: it knows no NUL and no half of a surrogate pair. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')

const same = <T>(value: T): T => value

const TEXT: Cell = { type: 'text', write: same, read: String }
const NUMERIC: Cell = { type: 'numeric', write: same, read: String }
const TIME: Cell = { type: 'timestamptz', write: (time: number) => new Date(time).toISOString(), read: Number }
const COUNT: Cell = { type: 'bigint', write: same, read: Number }
const FLAG: Cell = { type: 'boolean', write: same, read: value => value === true }
const JSON_TEXT: Cell = { type: 'jsonb', write: value => JSON.stringify(value), read: same }

const wordOf: Cell['read'] = (value, { words = [] }, name) => {
  const word = words.find(one => one === value)
  if (word !== undefined) return word
  throw new TickstreamError('TS-DATA', `${name} ${String(value)} in the database is not one of ${words.join(', ')}`)
}

type Fields = Readonly<Record<string, unknown>>

/** `jsonb` sorts the fields of a record by their length: they stand in the order of their table again. */
const inOrder = (record: Fields, { fields }: TableFacts): Fields =>
  Object.fromEntries(Object.keys(fields).flatMap(name => (name in record ? [[name, record[name]]] : [])))

const RECORDS: Cell = {
  ...JSON_TEXT,
  read: (value, { table }) => (table ? (value as readonly Fields[]).map(one => inOrder(one, table)) : value)
}

const CELLS: Readonly<Record<Exclude<Kind, 'mark'>, Cell>> = {
  exchange: TEXT,
  symbol: TEXT,
  instrument: TEXT,
  text: TEXT,
  prose: { ...TEXT, write: storable },
  id: TEXT,
  wholeId: TEXT,
  decimal: NUMERIC,
  size: NUMERIC,
  price: NUMERIC,
  time: TIME,
  openTime: TIME,
  closeTime: TIME,
  count: COUNT,
  whole: COUNT,
  epoch: COUNT,
  number: { type: 'double precision', write: same, read: Number },
  flag: FLAG,
  word: { ...TEXT, read: wordOf },
  words: JSON_TEXT,
  record: JSON_TEXT,
  records: RECORDS,
  levels: JSON_TEXT
}

/** What a column says where a record leaves the field out. */
const absent = ({ kind }: FieldFacts): unknown => (kind === 'epoch' ? 0 : null)

/** The row of a record by its table. A mark has no column. */
export const rowCodec = <R>(table: RecordTable<R>): RowCodec<R> => {
  const cells = Object.entries(factsOf(table).fields).flatMap(([name, field]) =>
    field.kind === 'mark' ? [] : [{ name: name as keyof R, field, column: snakeCase(name), cell: CELLS[field.kind] }]
  )
  return {
    columns: cells.map(({ name, field, column, cell }) => ({
      name: column,
      type: cell.type,
      read: record => {
        const value = record[name]
        return value === undefined ? absent(field) : value === null ? null : cell.write(value as never)
      }
    })),
    select: cells.map(({ column, cell }) => (cell === TIME ? selectMs(`"${column}"`) : `"${column}"`)),
    decode: row => {
      const record: { [Name in keyof R]?: unknown } = {}
      for (const [at, { name, field, cell }] of cells.entries()) {
        const value = row[at]
        const isNull = value === null && field.presence !== 'always'
        const read = isNull ? null : cell.read(value, field, String(name))
        if (field.presence !== 'optional' || (read !== null && read !== absent(field))) record[name] = read
      }
      return record as R
    }
  }
}
