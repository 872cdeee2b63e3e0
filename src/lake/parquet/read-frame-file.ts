import type { FrameFile } from '../manifest/manifest.ts'
import type { LakeStore } from '../store/lake-store.ts'
import type { FrameRow } from './frame-file.ts'
import { type Columns, openRows, textOf, timeOf, wordOf } from './read-rows.ts'

const rowOf = (row: Columns): FrameRow => ({
  exchange: textOf(row, 'exchange'),
  connection: textOf(row, 'connection'),
  frame: {
    direction: wordOf(row, 'direction', ['in', 'out']),
    receivedAt: timeOf(row, 'received_at'),
    text: textOf(row, 'frame')
  },
  partition: Number(row.kafka_partition),
  offset: Number(row.kafka_offset),
  index: Number(row.frame_index)
})

/** Where a message stood in Kafka. */
type FramePosition = Pick<FrameRow, 'offset' | 'index'>

const positionOf = (row: Columns): FramePosition => ({
  offset: Number(row.kafka_offset),
  index: Number(row.frame_index)
})

/** A file of messages that is open for reading, in the order of their places in Kafka. */
export type FrameReader = {
  readonly rows: number
  readonly frames: () => AsyncGenerator<readonly FrameRow[]>
  readonly positions: () => AsyncGenerator<readonly FramePosition[]>
}

/** Opens a file of messages that the manifest names, as `openRows` does. */
export const openFrameFile = async (store: LakeStore, about: FrameFile): Promise<FrameReader> => {
  const { rows, groups } = await openRows(store, about)
  return { rows, frames: () => groups(rowOf), positions: () => groups(positionOf, ['kafka_offset', 'frame_index']) }
}
