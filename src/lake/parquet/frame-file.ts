import type { SchemaElement } from 'hyparquet-writer'
import type { RawFrame } from '../../runtime/frames/frame-lines.ts'
import { type Column, plainInt, plainText, TextColumn, WholeColumn, WordColumn } from './column.ts'
import { createRowsFile, type RowColumns, type RowsFile } from './rows-file.ts'
import { int32, int64, REQUIRED, text, time } from './schema.ts'

/** A message on a socket, and where it stood in Kafka: `index` counts the messages of its record from 0. */
export type FrameRow = {
  readonly exchange: string
  readonly connection: string
  readonly frame: RawFrame
  readonly partition: number
  readonly offset: number
  readonly index: number
}

/** A group is what a reader unpacks at a time; messages have any length. */
const GROUP_BYTES = 16 << 20

const SCHEMA: readonly SchemaElement[] = [
  text('exchange', REQUIRED),
  text('connection', REQUIRED),
  text('direction', REQUIRED),
  time('received_at'),
  text('frame', REQUIRED),
  int32('kafka_partition'),
  int64('kafka_offset'),
  int64('frame_index')
]

const createColumns = (): RowColumns<FrameRow> => {
  const words = () => new WordColumn<string>(plainText)
  const [exchange, direction] = [words(), words()]
  const [connection, frame] = [new TextColumn(), new TextColumn()]
  const [receivedAt, offset, index] = [new WholeColumn(), new WholeColumn(), new WholeColumn()]
  const partition = new WordColumn<number>(plainInt)
  const all: readonly Column[] = [exchange, connection, direction, receivedAt, frame, partition, offset, index]
  const add = (row: FrameRow): void => {
    exchange.add(row.exchange)
    connection.add(row.connection)
    direction.add(row.frame.direction)
    receivedAt.add(row.frame.receivedAt)
    frame.add(row.frame.text)
    partition.add(row.partition)
    offset.add(row.offset)
    index.add(row.index)
  }
  return { all, add, isGroup: () => frame.bytes() >= GROUP_BYTES }
}

/** Begins a file of messages of one exchange. The same rows give the same bytes. */
export const createFrameFile = (): RowsFile<FrameRow> => createRowsFile('raw_frames/1', SCHEMA, createColumns())
