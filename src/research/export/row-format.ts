import type { FieldDef } from 'pg'
import { camelCase } from '../../market/column-name.ts'
import type { RowFormat } from '../read-rows.ts'
import type { ExportFormat } from './export-request.ts'
import { parquetFormat } from './parquet-format.ts'

/** Type of a whole number of 8 bytes, which the client reads as text: https://www.postgresql.org/docs/18/datatype-oid.html */
const BIGINT = 20

const csvCell = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const csv: RowFormat = {
  head: fields => `${fields.map(({ name }) => name).join(',')}\n`,
  body: ({ rows }) => rows.map(row => `${row.map(csvCell).join(',')}\n`).join(''),
  tail: () => ''
}

const jsonValue = (value: unknown, { dataTypeID }: FieldDef): unknown => {
  if (value instanceof Date) return value.getTime()
  return dataTypeID === BIGINT && value !== null ? Number(value) : value
}

/** One object a line: times in epoch milliseconds, money as decimal text. */
const json: RowFormat = {
  head: () => '',
  body: ({ rows, fields }) => {
    const objectOf = (row: readonly unknown[]): object =>
      Object.fromEntries(row.map((value, at) => [fields[at]!.name, jsonValue(value, fields[at]!)]))
    return rows.map(row => `${JSON.stringify(objectOf(row))}\n`).join('')
  },
  tail: () => ''
}

/** Columns under the names that fields have in topics: one spelling, whatever the format. */
const named = (fields: readonly FieldDef[]): FieldDef[] =>
  fields.map(field => ({ ...field, name: camelCase(field.name) }))

const underTopicNames = ({ head, body, tail }: RowFormat): RowFormat => ({
  head: fields => head(named(fields)),
  body: ({ rows, fields }) => body({ rows, fields: named(fields) }),
  tail
})

/** How a format is written. */
export const rowFormat = async (format: ExportFormat): Promise<RowFormat> =>
  underTopicNames(format === 'parquet' ? parquetFormat(await import('hyparquet-writer')) : { csv, json }[format])
