import type { SchemaElement } from 'hyparquet-writer'
import { snakeCase } from '../../market/column-name.ts'
import { TickstreamError } from '../../market/error.ts'
import { parseSize } from '../../market/parse-decimal.ts'
import { TRADE, type Trade } from '../../market/records/feed/trade.ts'
import { type FieldFacts, factsOf, type Kind } from '../../market/records/fields.ts'
import { type Column, OptionalInt64Column, OptionalTextColumn } from './columns/column.ts'
import { OptionalDecimal } from './columns/decimal-column.ts'
import { isQuoteTold } from './quote-quantity.ts'
import { type Columns, decimalOf, textOf } from './read-rows.ts'
import { decimal, OPTIONAL, optionalInt64, text } from './schema.ts'

/** The columns of one field that is not in every trade, and what puts its value into them. */
type FieldColumns = { readonly all: readonly Column[]; readonly add: (value: unknown) => void }

/** How values of a kind stand in a file. A type never changes: files of before are read beside new ones. */
type Cell = {
  readonly schema: (name: string) => readonly SchemaElement[]
  readonly columns: () => FieldColumns
  /** The value of a row that has one. */
  readonly read: (row: Columns, name: string, field: FieldFacts) => unknown
  /** Whether a row has a value; a file from before the field has no such column. */
  readonly isIn: (row: Columns, name: string) => boolean
}

const has = (row: Columns, name: string): boolean => row[name] !== null && row[name] !== undefined

const wrong = (name: string, value: unknown, what: string): TickstreamError =>
  new TickstreamError('TS-DATA', `${name}: ${String(value).slice(0, 80)} is no ${what}`)

const TEXT: Cell = {
  schema: name => [text(name, OPTIONAL)],
  columns: () => {
    const column = new OptionalTextColumn()
    return { all: [column], add: value => column.add(value === undefined ? null : String(value)) }
  },
  read: textOf,
  isIn: has
}

/** Exact where DECIMAL(38,18) holds it, else as text. */
const SIZE: Cell = {
  schema: decimal,
  columns: () => {
    const column = new OptionalDecimal()
    return { all: column.all, add: value => column.add(value === undefined ? null : String(value)) }
  },
  read: (row, name) => decimalOf(row, name, parseSize),
  isIn: (row, name) => has(row, name) || has(row, `${name}_text`)
}

const COUNT: Cell = {
  schema: name => [optionalInt64(name)],
  columns: () => {
    const column = new OptionalInt64Column()
    return { all: [column], add: value => column.add(value === undefined ? null : Number(value)) }
  },
  read: (row, name) => {
    const value = Number(row[name])
    if (Number.isSafeInteger(value) && value >= 0) return value
    throw wrong(name, row[name], 'count')
  },
  isIn: has
}

/** Words with a comma between them; none is the empty text. */
const WORDS: Cell = {
  ...TEXT,
  columns: () => {
    const column = new OptionalTextColumn()
    return { all: [column], add: value => column.add(Array.isArray(value) ? value.join(',') : null) }
  },
  read: (row, name, { words = [] }) => {
    const found = textOf(row, name)
      .split(',')
      .filter(word => word !== '')
    const unknown = found.find(word => !words.includes(word))
    if (unknown === undefined) return found
    throw wrong(name, unknown, `word of ${words.join(', ')}`)
  }
}

/** Its columns are in every row, and written beside price and quantity. */
const QUOTE: Cell = { ...SIZE, schema: () => [], columns: () => ({ all: [], add: () => undefined }), isIn: isQuoteTold }

const CELLS: Partial<Readonly<Record<Kind, Cell>>> = { id: TEXT, size: SIZE, count: COUNT, words: WORDS }

type OptionalField = { readonly name: string; readonly column: string; readonly facts: FieldFacts; readonly cell: Cell }

const cellOf = (name: string, { kind }: FieldFacts): Cell => {
  const cell = name === 'quoteQuantity' ? QUOTE : CELLS[kind]
  if (cell) return cell
  throw new TickstreamError('TS-BUG', `a lake has no column for field ${name} of trades, which is a ${kind}`)
}

/** The fields that trades of some exchanges alone have, in the order of their table. A lake holds one epoch, and says none. */
const FIELDS: readonly OptionalField[] = Object.entries(factsOf(TRADE).fields)
  .filter(([, { presence, kind }]) => presence === 'optional' && kind !== 'epoch')
  .map(([name, facts]) => ({ name, column: snakeCase(name), facts, cell: cellOf(name, facts) }))

export const OPTIONAL_SCHEMA: readonly SchemaElement[] = FIELDS.flatMap(({ column, cell }) => cell.schema(column))

/** The columns of those fields, null where a trade does not have them. */
export const optionalColumns = (): { readonly all: readonly Column[]; readonly add: (trade: Trade) => void } => {
  const columns = FIELDS.map(({ name, cell }) => ({ name: name as keyof Trade, ...cell.columns() }))
  return {
    all: columns.flatMap(({ all }) => all),
    add: trade => {
      for (const { name, add } of columns) add(trade[name])
    }
  }
}

/** What a row has of those fields. */
export const optionalOf = (row: Columns): Partial<Trade> =>
  Object.fromEntries(
    FIELDS.filter(({ cell, column }) => cell.isIn(row, column)).map(({ name, column, facts, cell }) => [
      name,
      cell.read(row, column, facts)
    ])
  )
