import {
  chainId,
  type GapMarker,
  type Heartbeat,
  heartbeatOf,
  type Tick,
  type Trade
} from '../../market/records/feed/trade.ts'
import { epochMs } from '../../market/time.ts'
import { type IdRange, idsOf } from '../manifest/id-ranges.ts'
import type { LakeFile } from '../manifest/manifest.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { idsInTimeRange, type TimeRange } from './ids-in-time-range.ts'
import { type ListFiles, resumableTrades } from './resumable-trades.ts'

/** How far the ticks of an instrument have come. */
type Progress = { id: number; time: number }

const gapMarker = ({ exchange, symbol }: Trade, ids: IdRange, time: number): GapMarker => ({
  kind: 'gap',
  exchange,
  symbol,
  fromId: String(ids.from),
  toId: String(ids.to),
  time: epochMs(time),
  receivedAt: epochMs(time)
})

const heartbeat = (trade: Trade, { id, time }: Progress): Heartbeat =>
  heartbeatOf(trade, { time: epochMs(time), lastId: String(id), receivedAt: epochMs(time) })

/** Trades, and before each of them what the lake lacks between it and the one before. */
const withGaps = (trades: readonly Trade[], progress: Progress): readonly Tick[] =>
  trades.flatMap(trade => {
    const id = chainId(trade)
    const due = progress.id + 1
    progress.id = id
    progress.time = Math.max(progress.time, trade.time)
    return id === due ? [trade] : [gapMarker(trade, { from: due, to: id - 1 }, progress.time), trade]
  })

/** The ids behind the last one of a range. Where a later trade is known, all up to it were printed by the end, or are lost. */
const ending = (last: Trade, ids: readonly IdRange[], progress: Progress, end: number): readonly Tick[] => {
  const next = ids.find(({ to }) => to > progress.id)
  // The lake ends here: nobody knows what was printed later.
  if (!next) return [heartbeat(last, progress)]
  const time = Math.max(progress.time, end)
  if (next.from <= progress.id + 1) return [heartbeat(last, { id: progress.id, time })]
  const missing = { from: progress.id + 1, to: next.from - 1 }
  return [gapMarker(last, missing, time), heartbeat(last, { id: missing.to, time })]
}

/**
 * What `raw_ticks` would say of an instrument between two times, where a number goes up by one from trade to trade: its trades in the
 * order of these numbers, records of ids that the lake lacks, and in the end a heartbeat, at the end of the range where a later trade proves
 * that the lake reaches so far. Times of records never need a clock: the same lake gives the same bytes.
 */
export async function* ticksInRange(
  store: LakeStore,
  files: readonly LakeFile[],
  times: TimeRange,
  list: ListFiles
): AsyncGenerator<readonly Tick[]> {
  const within = await idsInTimeRange(store, files, times)
  if (within === null) return
  const progress = { id: within.from - 1, time: 0 }
  let last: Trade | undefined
  for await (const trades of resumableTrades(store, files, within, list)) {
    yield withGaps(trades, progress)
    last = trades.at(-1)
  }
  if (last) yield ending(last, idsOf(files) ?? [], progress, times.to)
}
