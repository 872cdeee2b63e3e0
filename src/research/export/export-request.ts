import { TickstreamError } from '../../market/error.ts'
import { parseInstrument } from '../../market/instrument.ts'
import { INTERVALS, isInterval } from '../../market/interval.ts'
import { parsePair } from '../../market/pair.ts'
import { choiceFlag, type Flags, refuseProblems, textFlag, timeFlag } from '../../runtime/flags.ts'
import type { Span } from '../bars/bars.ts'
import type { Query } from '../read-rows.ts'
import { type ExportTable, exportTables } from './export-tables.ts'

/** How rows are written. */
export const EXPORT_FORMATS = ['csv', 'json', 'parquet'] as const

export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What `export` was asked for: the rows, how they are written, and where to; null is stdout. */
export type ExportRequest = { readonly query: Query; readonly format: ExportFormat; readonly out: string | null }

/** Conditions with their parameters, as they come together. */
type Where = { readonly conditions: string[]; readonly values: unknown[] }

const add = ({ conditions, values }: Where, sql: (parameter: string) => string, value: unknown): void => {
  values.push(value)
  conditions.push(sql(`$${values.length}`))
}

const tableOf = (flags: Flags, name: string | undefined): ExportTable | null => {
  const table = exportTables.find(one => one.name === name)
  const names = exportTables.map(one => one.name).join(', ')
  if (!table) flags.problems.push(`${name === undefined ? 'nothing is named' : `"${name}"`}: name one of ${names}`)
  return table ?? null
}

/** `exchange:BASE/QUOTE` or `A~B`, by what a table is keyed by. */
const addSubject = (flags: Flags, where: Where, { subject, name }: ExportTable): void => {
  const text = textFlag(flags, 'symbol')
  if (text === null) return
  try {
    if (subject === 'instrument') {
      const { exchange, symbol } = parseInstrument(text)
      add(where, at => `exchange = ${at}`, exchange)
      add(where, at => `symbol = ${at}`, symbol)
    } else if (subject === 'pair') {
      const { a, b } = parsePair(text)
      add(where, at => `a = ${at}`, a)
      add(where, at => `b = ${at}`, b)
    } else add(where, at => `${at} in (instrument, pair)`, text)
  } catch (error) {
    if (!(error instanceof TickstreamError)) throw error
    flags.problems.push(`--symbol of ${name}: ${error.message}`)
  }
}

const addInterval = (flags: Flags, where: Where, { name, hasInterval }: ExportTable): void => {
  const text = textFlag(flags, 'interval')
  if (text === null) return
  if (!hasInterval) flags.problems.push(`--interval: ${name} have none; leave it out`)
  else if (!isInterval(text)) flags.problems.push(`--interval ${text}: give one of ${INTERVALS.join(', ')}`)
  else add(where, at => `interval = ${at}`, text)
}

const addTimes = (where: Where, { time }: ExportTable, { from, to }: Span): void => {
  if (from !== null) add(where, at => `${time} >= ${at}`, new Date(from).toISOString())
  if (to !== null) add(where, at => `${time} < ${at}`, new Date(to).toISOString())
}

const queryOf = (flags: Flags, table: ExportTable, span: Span): Query => {
  const where: Where = { conditions: ['true'], values: [] }
  addSubject(flags, where, table)
  addInterval(flags, where, table)
  addTimes(where, table, span)
  const conditions = where.conditions.join(' and ')
  return { text: `select * from ${table.table} where ${conditions} order by ${table.order}`, values: where.values }
}

/** Reads the arguments of `export`. Throws one `TS-CONFIG` that lists everything wrong with them. */
export const parseExport = (name: string | undefined, values: Flags['values']): ExportRequest => {
  const flags: Flags = { values, problems: [] }
  const table = tableOf(flags, name)
  const format = choiceFlag(flags, 'format', EXPORT_FORMATS, 'csv')
  const span = { from: timeFlag(flags, 'from'), to: timeFlag(flags, 'to') }
  const query = table && queryOf(flags, table, span)
  const out = textFlag(flags, 'out')
  refuseProblems(flags, 'export')
  return { query: query!, format, out: out === '-' ? null : out }
}
