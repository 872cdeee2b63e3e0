import { TickstreamError } from '../../market/error.ts'
import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import { type IdRange, joined, rangesOf } from '../manifest/id-ranges.ts'
import type { LakeFile } from '../manifest/manifest.ts'
import { openTradeFile } from '../parquet/read-trade-file.ts'
import type { TradeRow } from '../parquet/trade-file.ts'
import type { LakeStore } from '../store/lake-store.ts'

/** A file that is read from its front; what is wanted later waits. */
type Cursor = {
  readonly about: LakeFile
  readonly ranges: readonly IdRange[]
  readonly waiting: Map<number, TradeRow>
  rows: AsyncGenerator<readonly TradeRow[]> | null
  /** The range that the last id asked for lies in, or the next one. */
  at: number
}

const AT_ONCE = 1_000

/** Asked with ascending ids. */
const hasId = (cursor: Cursor, id: number): boolean => {
  while (cursor.at < cursor.ranges.length && cursor.ranges[cursor.at]!.to < id) cursor.at++
  const range = cursor.ranges[cursor.at]
  return range !== undefined && range.from <= id
}

/** Reads on until an id has come. Trades of a file stand nearly in the order of their ids, so that little waits. */
const readTo = async (store: LakeStore, cursor: Cursor, id: number, within: IdRange): Promise<void> => {
  cursor.rows ??= (await openTradeFile(store, cursor.about)).trades()
  while (!cursor.waiting.has(id)) {
    const { done, value } = await cursor.rows.next()
    if (done) {
      const message = `${cursor.about.path} in ${store.url} lacks id ${id} that the manifest says it holds; see \`tickstream lake check\``
      throw new TickstreamError('TS-LAKE-FILE', message)
    }
    for (const row of value) {
      const tradeId = chainId(row.trade)
      if (tradeId >= within.from && tradeId <= within.to) cursor.waiting.set(tradeId, row)
    }
  }
}

/** Of copies the one that was received first counts, as in silver. */
const isBefore = (a: TradeRow, b: TradeRow): boolean =>
  (a.trade.receivedAt - b.trade.receivedAt || a.partition - b.partition || a.offset - b.offset) < 0

const readRow = async (
  store: LakeStore,
  cursors: readonly Cursor[],
  id: number,
  within: IdRange
): Promise<TradeRow | null> => {
  let first: TradeRow | null = null
  for (const cursor of cursors) {
    if (!hasId(cursor, id)) continue
    if (!cursor.waiting.has(id)) await readTo(store, cursor, id, within)
    const row = cursor.waiting.get(id)!
    cursor.waiting.delete(id)
    if (first === null || isBefore(row, first)) first = row
  }
  return first
}

const cursorsOf = (files: readonly LakeFile[], within: IdRange): Cursor[] =>
  files
    .map(about => ({ about, ranges: rangesOf(about), waiting: new Map<number, TradeRow>(), rows: null, at: 0 }))
    .filter(({ ranges }) => ranges.some(({ from, to }) => from <= within.to && to >= within.from))
    .sort((a, b) => a.ranges[0]!.from - b.ranges[0]!.from)

/**
 * The trades of one instrument with ids within a range, in the order of their ids and each once, in whatever files they stand.
 * Files are opened when their first id is due, so that those that overlap are open together and no others.
 */
export async function* mergeTrades(
  store: LakeStore,
  files: readonly LakeFile[],
  within: IdRange
): AsyncGenerator<readonly Trade[]> {
  const coming = cursorsOf(files, within)
  const ids = joined(coming.flatMap(({ ranges }) => ranges))
  let open: Cursor[] = []
  let trades: Trade[] = []
  for (const range of ids)
    for (let id = Math.max(range.from, within.from); id <= Math.min(range.to, within.to); id++) {
      while (coming.length > 0 && coming[0]!.ranges[0]!.from <= id) open.push(coming.shift()!)
      const row = await readRow(store, open, id, within)
      if (row) trades.push(row.trade)
      if (trades.length < AT_ONCE) continue
      yield trades
      trades = []
      open = open.filter(({ ranges }) => ranges.at(-1)!.to > id)
    }
  if (trades.length > 0) yield trades
}
