import { dayOf, type OffsetSpan } from '../../lake/manifest/lake-paths.ts'
import { type FinishedFile, type OpenFile, openFile } from '../../lake/parquet/open-file.ts'
import type { TradeRow } from '../../lake/parquet/trade-file.ts'
import { instrumentKey } from '../../market/instrument.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { TopicPartition } from '../../stream/sink.ts'

/** The files of some offsets of a partition, whole. */
export type Cut = { readonly span: OffsetSpan; readonly files: readonly FinishedFile[] }

/** What is gathered of a partition since its last cut. All of its files are cut at one offset, so that one entry speaks for them. */
export type Gathering = {
  readonly add: (trade: Trade, offset: number) => void
  /** Everything before `offset` was added, or was no trade. */
  readonly reach: (offset: number) => void
  readonly reached: () => number
  readonly bytes: () => number
  readonly rows: () => number
  readonly cut: () => Cut
}

const DAY_MS = 86_400_000

/** Begins at an offset. */
export const gather = (place: TopicPartition, made: number, first: number): Gathering => {
  const files = new Map<string, Map<number, OpenFile>>()
  let next = first
  let rows = 0
  const fileOf = (trade: Trade): OpenFile => {
    const day = Math.floor(trade.time / DAY_MS)
    const instrument = instrumentKey(trade)
    const known = files.get(instrument)?.get(day)
    if (known) return known
    const file = openFile(trade, dayOf(trade.time))
    files.set(instrument, (files.get(instrument) ?? new Map<number, OpenFile>()).set(day, file))
    return file
  }
  const all = (): readonly OpenFile[] => [...files.values()].flatMap(days => [...days.values()])
  const row = (trade: Trade, offset: number): TradeRow => ({ trade, partition: place.partition, offset })
  return {
    add: (trade, offset) => {
      fileOf(trade).add(row(trade, offset))
      rows++
    },
    reach: offset => {
      next = offset
    },
    reached: () => next,
    bytes: () => all().reduce((sum, file) => sum + file.bytes(), 0),
    rows: () => rows,
    cut: () => {
      const span = { topic: place.topic, partition: place.partition, made, first, last: next - 1 }
      return { span, files: all().map(file => file.finish(span)) }
    }
  }
}
