import { basename } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { type CandleRow, type Header, isOpen, parseCandleRow, parseHeader, wrongLine } from './candle-row.ts'
import { readLines } from './read-lines.ts'

/** Candles of one instrument, oldest first, evenly spaced. */
export type CandleFile = {
  /** The file's, without `.csv` and `.gz`; `stdin` for `-`. */
  readonly name: string
  readonly path: string
  /** The usual distance between two candles, in milliseconds. */
  readonly spacingMs: number
  /** Read as they are asked for, once. Throws `TS-DATA` that names the line which breaks the order. */
  readonly candles: AsyncGenerator<CandleRow>
}

/** So many candles tell what is usual. */
const HEAD = 12

async function* readRows(path: string): AsyncGenerator<CandleRow> {
  let header: Header | null = null
  let line = 0
  for await (const text of readLines(path)) {
    line++
    if (text.trim() === '') continue
    if (header === null) header = parseHeader(path, line, text)
    else if (!isOpen(header, text)) yield parseCandleRow(path, line, header, text)
  }
}

const readHead = async (rows: AsyncGenerator<CandleRow>): Promise<readonly CandleRow[]> => {
  const head: CandleRow[] = []
  while (head.length < HEAD) {
    const { value, done } = await rows.next()
    if (done) break
    head.push(value)
  }
  return head
}

/** The most frequent distance, the smallest of equally frequent ones. */
const usualSpacing = (head: readonly CandleRow[]): number | null => {
  const counts = new Map<number, number>()
  for (let n = 1; n < head.length; n++) {
    const distance = head[n]!.openTime - head[n - 1]!.openTime
    if (distance > 0) counts.set(distance, (counts.get(distance) ?? 0) + 1)
  }
  const [best] = [...counts].sort(([one, often], [other, oftener]) => oftener - often || one - other)
  return best?.[0] ?? null
}

const iso = (time: number): string => new Date(time).toISOString()

const refuseOrder = (path: string, spacingMs: number, before: CandleRow, { line, openTime }: CandleRow): never => {
  const distance = openTime - before.openTime
  const [now, then] = [iso(openTime), iso(before.openTime)]
  if (distance === 0) throw wrongLine(path, line, `${now} stands in the line before already`)
  if (distance < 0) throw wrongLine(path, line, `${now} comes after ${then}; sort the candles by openTime`)
  const usual = `candles are ${spacingMs / 1_000} s apart`
  throw wrongLine(path, line, `a gap: ${usual}, but ${now} is ${distance / 1_000} s after ${then}`)
}

async function* inOrder(
  path: string,
  spacingMs: number,
  head: readonly CandleRow[],
  rest: AsyncGenerator<CandleRow>
): AsyncGenerator<CandleRow> {
  let before: CandleRow | null = null
  const check = (row: CandleRow): CandleRow => {
    if (before !== null && row.openTime - before.openTime !== spacingMs) refuseOrder(path, spacingMs, before, row)
    before = row
    return row
  }
  for (const row of head) yield check(row)
  for await (const row of rest) yield check(row)
}

/** Opens a CSV file of candles; `-` is stdin. Throws `TS-DATA` when it is empty or its times say no order. */
export const openCandleFile = async (path: string): Promise<CandleFile> => {
  const rows = readRows(path)
  const head = await readHead(rows)
  if (head.length < 2)
    throw new TickstreamError(
      'TS-DATA',
      `${path} has ${head.length === 0 ? 'no candle' : 'one candle'}; give at least two`
    )
  const name = path === '-' ? 'stdin' : basename(path).replace(/(\.csv)?(\.gz)?$/, '')
  const spacingMs = usualSpacing(head) ?? refuseOrder(path, 0, head[0]!, head[1]!)
  return { name, path, spacingMs, candles: inOrder(path, spacingMs, head, rows) }
}
