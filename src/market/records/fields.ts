import type { EpochMs } from '../time.ts'

/**
 * What a field holds. JSON, rows, tables and documents are derived from it: each of them says what it makes of every kind.
 * `openTime` and `closeTime` bound a window of the record's `interval`; `epoch` and `mark` are left out where they say nothing.
 */
export type Kind =
  | 'exchange'
  | 'symbol'
  | 'instrument'
  | 'text'
  | 'prose'
  | 'id'
  | 'wholeId'
  | 'decimal'
  | 'size'
  | 'price'
  | 'time'
  | 'openTime'
  | 'closeTime'
  | 'count'
  | 'whole'
  | 'number'
  | 'flag'
  | 'mark'
  | 'word'
  | 'words'
  | 'epoch'
  | 'record'
  | 'records'
  | 'levels'

type Presence = 'always' | 'nullable' | 'optional'

/** Exists for the compiler alone: the type of a field's value. */
declare const VALUE: unique symbol

/** What is known of a field. */
export type FieldFacts = {
  readonly kind: Kind
  readonly presence: Presence
  readonly doc: string
  /** What one of it is, for example `quote currency`. */
  readonly unit?: string
  /** Of a nullable field when it is null, of an optional one when it is there. */
  readonly when?: string
  /** Of a word or a list of words: all that they can be. */
  readonly words?: readonly string[]
  /** Of records inside this one. */
  readonly table?: TableFacts
}

/** What is known of a record; `check` says what single fields do not show, and null of a good one. */
export type TableFacts = {
  readonly fields: Readonly<Record<string, FieldFacts>>
  readonly check?: ((record: never) => string | null) | undefined
}

/** One field of a record. A field of another type or presence than the record's own does not compile. */
export type Field<T, P extends Presence> = FieldFacts & {
  readonly presence: P
  readonly [VALUE]?: (value: T) => T
}

/** Of a record that is one of several: the fields of all. */
type NameIn<R> = R extends unknown ? keyof R : never
type ValueIn<R, Name> = R extends unknown ? (Name extends keyof R ? R[Name] : undefined) : never

type FieldFor<R, Name extends keyof R> =
  Partial<Pick<R, Name>> extends Pick<R, Name>
    ? Field<Exclude<R[Name], undefined>, 'optional'>
    : null extends R[Name]
      ? Field<Exclude<R[Name], null>, 'nullable'>
      : Field<R[Name], 'always'>

/** A field for every field of a record, and no other, in the order that they have in JSON. */
export type FieldTable<R> = {
  readonly [Name in NameIn<R>]: Name extends keyof R
    ? FieldFor<R, Name>
    : Field<Exclude<ValueIn<R, Name>, undefined>, 'optional'>
}

/** A record: its name, what it is, its fields, and what single fields do not show: what is wrong with it, or null. */
export type RecordTable<R> = {
  readonly name: string
  readonly doc: string
  readonly fields: FieldTable<R>
  readonly check?: (record: R) => string | null
}

type Always<T> = Field<T, 'always'>

const fieldOf =
  <T>(kind: Kind) =>
  (doc: string, unit?: string): Always<T> => ({
    kind,
    presence: 'always',
    doc,
    ...(unit === undefined ? {} : { unit })
  })

const timeOf =
  (kind: Kind) =>
  (doc: string): Always<EpochMs> => ({ kind, presence: 'always', doc, unit: 'epoch milliseconds' })

/** Text that is not empty. */
export const text = fieldOf<string>('text')
/** Text of any characters, for people. */
export const prose = fieldOf<string>('prose')
/** `exchange:BASE/QUOTE` */
export const instrument = fieldOf<string>('instrument')
/** The exchange's own id of something, as text. */
export const id = fieldOf<string>('id')
/** The number of a trade, as text; -1 stands before the first. */
export const wholeId = fieldOf<string>('wholeId')
/** A canonical decimal, exact. */
export const decimal = fieldOf<string>('decimal')
/** What an exchange printed: a decimal that is not below 0 and that a number can hold. */
export const size = fieldOf<string>('size')
/** A size above 0. */
export const price = fieldOf<string>('price')
export const time = timeOf('time')
/** A whole number that is not below 0. */
export const count = fieldOf<number>('count')
/** A whole number that may be below 0. */
export const whole = fieldOf<number>('whole')
/** Any finite number. */
export const number = fieldOf<number>('number')
export const flag = fieldOf<boolean>('flag')

/** Price and quantity of the levels of an order book. */
export const levels = fieldOf<readonly (readonly [price: string, quantity: string])[]>('levels')

/** One of some words. */
export const word = <const Words extends readonly string[]>(words: Words, doc: string): Always<Words[number]> => ({
  kind: 'word',
  presence: 'always',
  doc,
  words
})

/** A list of some words. */
export const words = <const Words extends readonly string[]>(
  words: Words,
  doc: string
): Always<readonly Words[number][]> => ({ kind: 'words', presence: 'always', doc, words })

/** A record inside, and a list of them. */
export const record = <R>(table: RecordTable<R>, doc: string): Always<R> => ({
  kind: 'record',
  presence: 'always',
  doc,
  table: factsOf(table)
})
export const records = <R>(table: RecordTable<R>, doc: string): Always<readonly R[]> => ({
  kind: 'records',
  presence: 'always',
  doc,
  table: factsOf(table)
})

/** A field that may be null, and when it is. */
export const nullable = <T>(field: Always<T>, when: string): Field<T, 'nullable'> => ({
  ...field,
  presence: 'nullable',
  when
})

/** A field that is left out but for the time that `when` says. */
export const optional = <T>(field: Always<T>, when: string): Field<T, 'optional'> => ({
  ...field,
  presence: 'optional',
  when
})

/** True, or left out. */
export const mark = (doc: string, when: string): Field<true, 'optional'> => ({
  kind: 'mark',
  presence: 'optional',
  doc,
  when
})

/** A derived statistic; null where it is undefined, never NaN. */
export const figure = (doc: string, unit?: string): Field<number, 'nullable'> =>
  nullable(number(doc, unit), 'undefined')

export const EXCHANGE = fieldOf<string>('exchange')(
  'id of the exchange; sim, and what begins with sim-: a market that is made up here'
)
export const SYMBOL = fieldOf<string>('symbol')('BASE/QUOTE')

/** What nearly every record begins with. */
export const INSTRUMENT = { exchange: EXCHANGE, symbol: SYMBOL }

/** The window of a candle, on the grid of its interval. */
export const OPEN_TIME = timeOf('openTime')('beginning of the window, inclusive')
export const CLOSE_TIME = timeOf('closeTime')('end of the window, exclusive')

/** Records of the first run of ids do not say so. */
export const EPOCH: Field<number, 'optional'> = {
  kind: 'epoch',
  presence: 'optional',
  doc: 'which run of consecutive trade ids its ids are of: ids count within their epoch alone',
  when: 'it is above 0, the first'
}

/** The names of fields, in their order. */
export const namesOf = <Name extends PropertyKey>(fields: Readonly<Record<Name, unknown>>): readonly Name[] =>
  Object.keys(fields) as Name[]

/** A table, whatever its record's type. */
export const factsOf = <R>({ fields, check }: Omit<RecordTable<R>, 'name' | 'doc'>): TableFacts => ({
  fields: fields as TableFacts['fields'],
  check
})

/** Some fields of a table, in the order of the names. */
export const pick = <Table, Name extends keyof Table>(fields: Table, names: readonly Name[]): Pick<Table, Name> =>
  Object.fromEntries(names.map(name => [name, fields[name]])) as Pick<Table, Name>
