import { basename } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { type CandleRow, isEmpty, isOpen, parseCandleRow, type RowForm } from './candle-row.ts'
import { createOrderCheck, type OrderCheck } from './check-order.ts'
import { usualSpacing } from './spacing.ts'
import { type TableRow, wrongAt } from './table/table.ts'
import { openTable, understand } from './understand-table.ts'
import { drawUnderstood } from './understood.ts'

/** Candles of one instrument, oldest first. */
export type CandleFile = {
  /** The file's, without what says its form (`.csv.gz`); `stdin` for `-`. */
  readonly name: string
  readonly path: string
  /** The usual distance between two candles, in milliseconds. */
  readonly spacingMs: number
  /** Read as they are asked for, once. Throws `TS-DATA` that names the place of what is wrong. */
  readonly candles: AsyncGenerator<CandleRow>
}

/** How a file is read. */
export type Reading = {
  /** Go on where candles are missing. */
  readonly allowGaps: boolean
  /** Told what was understood, in one line, when all is read. */
  readonly onRead: (line: string) => void
}

export const STRICT: Reading = { allowGaps: false, onRead: () => undefined }

/** So many candles tell what is usual. */
const HEAD = 200

/** Candles of one thing: what names the instrument or the interval is the same in every row. */
const createSeriesCheck = ({ table, places }: RowForm) => {
  let first: readonly string[] | null = null
  return ({ at, cells }: TableRow): void => {
    if (places.series.length === 0) return
    const now = places.series.map(place => cells[place] ?? '')
    first ??= now
    const other = now.findIndex((cell, n) => cell !== first![n])
    if (other >= 0)
      throw wrongAt(table, at, `candles of ${now[other]} after those of ${first[other]}; give a file of one`)
  }
}

async function* readCandles(
  form: RowForm,
  head: readonly TableRow[],
  rest: AsyncGenerator<TableRow>,
  onEmpty: () => void
): AsyncGenerator<CandleRow> {
  const checkSeries = createSeriesCheck(form)
  const parse = (row: TableRow): CandleRow | null => {
    checkSeries(row)
    if (isOpen(form, row)) return null
    if (!isEmpty(form, row)) return parseCandleRow(form, row)
    onEmpty()
    return null
  }
  for (const row of head) {
    const candle = parse(row)
    if (candle) yield candle
  }
  for await (const row of rest) {
    const candle = parse(row)
    if (candle) yield candle
  }
}

const readFirst = async (candles: AsyncGenerator<CandleRow>): Promise<readonly CandleRow[]> => {
  const found: CandleRow[] = []
  while (found.length < HEAD) {
    const { value, done } = await candles.next()
    if (done) break
    found.push(value)
  }
  return found
}

async function* oldestFirst(
  isNewestFirst: boolean,
  first: readonly CandleRow[],
  rest: AsyncGenerator<CandleRow>
): AsyncGenerator<CandleRow> {
  if (!isNewestFirst) {
    yield* first
    yield* rest
    return
  }
  const all = [...first]
  for await (const candle of rest) all.push(candle)
  for (let n = all.length - 1; n >= 0; n--) yield all[n]!
}

/** What all candles have to be for the file to be one: else the first gap is thrown, once all are counted. */
async function* inOrder(
  candles: AsyncGenerator<CandleRow>,
  check: OrderCheck,
  { allowGaps }: Reading,
  onEnd: (last: CandleRow, count: number) => void
): AsyncGenerator<CandleRow> {
  let count = 0
  let last: CandleRow | null = null
  for await (const candle of candles) {
    if (!check.accept(candle)) continue
    count++
    last = candle
    if (allowGaps || check.firstGap() === null) yield candle
  }
  const gap = allowGaps ? null : check.firstGap()
  if (gap) throw gap
  if (last) onEnd(last, count)
}

const nameOf = (path: string): string =>
  path === '-'
    ? 'stdin'
    : basename(path).replace(
        /(?:\.(?:csv|tsv|txt|json|jsonl|ndjson|parquet|feather|arrow))?(?:\.(?:gz|zst|zip))?$/i,
        ''
      )

/**
 * Opens a file of candles, whatever wrote it (docs/candle-files.md); `-` is stdin.
 * Throws `TS-CONFIG` when it cannot be opened, `TS-DATA` when it holds no candles or its times say no order.
 */
export const openCandleFile = async (path: string, reading: Reading = STRICT): Promise<CandleFile> => {
  const table = await openTable(path)
  const head: TableRow[] = []
  const form = await understand(table, head)
  let empty = 0
  const rows = readCandles(form, head, table.rows, () => empty++)
  const first = await readFirst(rows)
  if (first.length < 2)
    throw new TickstreamError(
      'TS-DATA',
      `${path} has ${first.length === 0 ? 'no candle' : 'one candle'}; give at least two`
    )
  const isNewestFirst = first[0]!.openTime > first.at(-1)!.openTime
  const spacingMs = usualSpacing(first)
  if (spacingMs === null) throw wrongAt(table, first[1]!.at, 'all candles stand at one time')
  const check = createOrderCheck(table, spacingMs)
  let from: number | null = null
  const noteFirst = async function* (candles: AsyncGenerator<CandleRow>): AsyncGenerator<CandleRow> {
    for await (const candle of candles) {
      from ??= candle.openTime
      yield candle
    }
  }
  const onEnd = (last: CandleRow, count: number): void =>
    reading.onRead(
      drawUnderstood({
        ...{ path, table, form, count, spacingMs, isNewestFirst, empty },
        ...{ from: from!, to: last.openTime, gaps: check.gaps(), repeated: check.repeated() }
      })
    )
  const candles = inOrder(noteFirst(oldestFirst(isNewestFirst, first, rows)), check, reading, onEnd)
  return { name: nameOf(path), path, spacingMs, candles }
}
