import { EXPORT_FORMATS, type ExportRequest, parseExport } from '../../research/export/export-request.ts'
import { exportTables } from '../../research/export/export-tables.ts'
import { rowFormat } from '../../research/export/row-format.ts'
import { createRowProgress } from '../../research/export/row-progress.ts'
import { openTarget, type RowTarget } from '../../research/export/row-target.ts'
import type { RowFormat } from '../../research/read-rows.ts'
import { type Rows, readRows } from '../../research/read-rows.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { postgresUrl } from '../../runtime/config/postgres-url.ts'
import { createPool } from '../../sink/postgres/pool.ts'
import type { Command, Context } from '../run/command.ts'

/** What was asked for may have to be sorted first. */
const ANSWER_WITHIN_MS = 3_600_000

const copy = async (
  url: string,
  { query }: ExportRequest,
  { head, body, tail }: RowFormat,
  target: RowTarget,
  signal: AbortSignal
): Promise<void> => {
  const pool = createPool(url, 'export', { answerWithinMs: ANSWER_WITHIN_MS })
  const progress = createRowProgress(clock, process.stderr.isTTY, text => process.stderr.write(text))
  let isFirst = true
  let isWhole = false
  const writeRows = async (rows: Rows): Promise<void> => {
    if (isFirst) await target.write(head(rows.fields))
    await target.write(body(rows))
    isFirst = false
    progress.add(rows.rows.length)
  }
  try {
    await readRows(pool, query, writeRows, AbortSignal.any([signal, target.gone]))
    await target.write(tail())
    isWhole = true
  } finally {
    progress.end(isWhole)
    await pool.end()
  }
}

const run = async ({ config, values, positionals, signal }: Context): Promise<number> => {
  const request = parseExport(positionals[0], values)
  const format = await rowFormat(request.format)
  const url = postgresUrl(config)
  const target = await openTarget(request.out)
  let isWhole = false
  try {
    await copy(url, request, format, target, signal)
    isWhole = true
  } catch (error) {
    if (!target.gone.aborted) throw error
  } finally {
    await target.close(isWhole)
  }
  return 0
}

const USAGE = `${exportTables.map(({ name }) => name).join(' | ')}   what to export, from the database of POSTGRES_URL
--format F      ${EXPORT_FORMATS.join(', ')} (default: csv). the names of fields in the topics, in all; csv: times in ISO; json: one
                object a line, times in epoch milliseconds; parquet: columns with types; prices and volumes are exact
--symbol S      exchange:BASE/QUOTE; of pairs A~B
--interval I    1m, say; of candles, indicators and pairs
--from, --to    times as 2024-08-09T00:00:00Z, from inclusive, to exclusive
--out FILE      a file, which appears when it is whole, and its folder; - is stdout (default)

Rows come in the order of their keys, a few thousand in memory at a time, and are those of one moment.`

const text = { type: 'string' } as const

export const command: Command = {
  name: 'export',
  summary: 'candles, KPIs, indicators, pairs, alerts or gaps from PostgreSQL as CSV, JSON lines or Parquet',
  usage: USAGE,
  options: { format: text, symbol: text, interval: text, from: text, to: text, out: text },
  positionals: 1,
  run
}
