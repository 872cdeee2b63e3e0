import { dayOf, type OffsetSpan } from '../../lake/manifest/lake-paths.ts'
import { type FinishedFile, type OpenFile, openFrames, openTrades } from '../../lake/parquet/open-file.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { ConnectionFrames } from '../../runtime/frames/frame-lines.ts'
import type { TopicPartition } from '../../stream/sink.ts'

/** What a record holds for a lake. */
export type LakeValue = Trade | ConnectionFrames

/** The files of some offsets of a partition, whole. */
export type Flush = { readonly span: OffsetSpan; readonly files: readonly FinishedFile[] }

/** What is gathered of a partition since its last cut. All of its files are cut at one offset, so that one entry speaks for them. */
export type FileBuffer = {
  readonly add: (value: LakeValue, offset: number) => void
  /** Everything before `offset` was added, or was nothing to add. */
  readonly advanceTo: (offset: number) => void
  readonly nextOffset: () => number
  readonly bytes: () => number
  readonly rows: () => number
  readonly flush: () => Flush
}

const DAY_MS = 86_400_000

type Files<Subject, File> = {
  readonly at: (subject: Subject, time: number) => File
  readonly all: () => readonly File[]
}

/** Open files of each thing, one a UTC day; things are told apart by `keyOf`. */
const filesByDay = <Subject, File>(
  keyOf: (subject: Subject) => string,
  open: (subject: Subject, date: string) => File
): Files<Subject, File> => {
  const files = new Map<string, Map<number, File>>()
  const at = (subject: Subject, time: number): File => {
    const day = Math.floor(time / DAY_MS)
    const key = keyOf(subject)
    const existing = files.get(key)?.get(day)
    if (existing) return existing
    const file = open(subject, dayOf(time))
    files.set(key, (files.get(key) ?? new Map<number, File>()).set(day, file))
    return file
  }
  return { at, all: () => [...files.values()].flatMap(days => [...days.values()]) }
}

/** Begins at an offset. */
export const createFileBuffer = (
  topicPartition: TopicPartition,
  topicEpoch: number,
  first: number,
  hasChain: (exchange: string) => boolean
): FileBuffer => {
  const { partition } = topicPartition
  const trades = filesByDay<Instrument, ReturnType<typeof openTrades>>(instrumentKey, (instrument, date) =>
    openTrades(instrument, date, hasChain(instrument.exchange))
  )
  const frames = filesByDay<string, ReturnType<typeof openFrames>>(exchange => exchange, openFrames)
  let next = first
  let rows = 0
  const addFrames = ({ exchange, connection, frames: messages }: ConnectionFrames, offset: number): void => {
    for (const [index, frame] of messages.entries())
      frames.at(exchange, frame.receivedAt).add({ exchange, connection, frame, partition, offset, index })
    rows += messages.length
  }
  const addTrade = (trade: Trade, offset: number): void => {
    trades.at(trade, trade.time).add({ trade, partition, offset })
    rows++
  }
  const all = (): readonly Pick<OpenFile<'raw_ticks' | 'raw_frames', never>, 'bytes' | 'finish'>[] => [
    ...trades.all(),
    ...frames.all()
  ]
  return {
    add: (value, offset) => ('frames' in value ? addFrames(value, offset) : addTrade(value, offset)),
    advanceTo: offset => {
      next = offset
    },
    nextOffset: () => next,
    bytes: () => all().reduce((sum, file) => sum + file.bytes(), 0),
    rows: () => rows,
    flush: () => {
      const span = { topic: topicPartition.topic, partition, topicEpoch, first, last: next - 1 }
      return { span, files: all().map(file => file.finish(span)) }
    }
  }
}
