import { z } from 'zod'
import {
  type FieldFacts,
  factsOf,
  type Kind,
  type RecordTable,
  type TableFacts
} from '../../../market/records/fields.ts'

const text = () => z.string()
const whole = () => z.int()

const SCHEMAS: Readonly<Record<Kind, (field: FieldFacts) => z.ZodType>> = {
  exchange: text,
  symbol: text,
  instrument: text,
  text,
  prose: text,
  id: text,
  wholeId: text,
  decimal: text,
  size: text,
  price: text,
  time: whole,
  openTime: whole,
  closeTime: whole,
  count: whole,
  whole,
  epoch: whole,
  number: () => z.number(),
  flag: () => z.boolean(),
  mark: () => z.boolean(),
  word: ({ words = [] }) => z.enum(words),
  words: ({ words = [] }) => z.array(z.enum(words)),
  record: ({ table }) => objectOf(table),
  records: ({ table }) => z.array(objectOf(table)),
  levels: () => z.array(z.array(z.string()))
}

const EXACT: readonly Kind[] = ['decimal', 'size', 'price']

/** A field in one sentence: what it is, in which unit where that is not said yet, and what it means where it is not there. */
const sentenceOf = ({ kind, presence, doc, unit, when }: FieldFacts): string => {
  const inUnit = unit === undefined || doc.includes(unit) ? '' : `; in ${unit}`
  const exact = EXACT.includes(kind) ? '; an exact decimal' : ''
  const absent = { always: '', nullable: `; null: ${when}`, optional: `; left out unless ${when}` }[presence]
  return `${kind === 'mark' ? 'true: ' : ''}${doc}${inUnit}${exact}${absent}`
}

const schemaOf = (field: FieldFacts): z.ZodType => {
  const schema = SCHEMAS[field.kind](field)
  const present = { always: schema, nullable: schema.nullable(), optional: schema.optional() }[field.presence]
  return present.describe(sentenceOf(field))
}

const objectOf = (table: TableFacts | undefined) => {
  const entries = Object.entries(table?.fields ?? {})
  return z.object(Object.fromEntries(entries.map(([name, field]) => [name, schemaOf(field)])))
}

/** The schema of a record as answers have it, under its name. */
export const recordSchema = <R>(table: RecordTable<R>): z.ZodType<R, R> =>
  objectOf(factsOf(table)).meta({ id: table.name, description: table.doc }) as unknown as z.ZodType<R, R>
