import type { SchemaElement } from 'hyparquet-writer'
import type { RawFrame } from '../../runtime/frames/frame-lines.ts'
import { type Column, DictionaryColumn, Int64Column, plainInt, plainText, TextColumn } from './columns/column.ts'
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
  const dictionary = () => new DictionaryColumn<string>(plainText)
  const [exchange, direction] = [dictionary(), dictionary()]
  const [connection, frame] = [new TextColumn(), new TextColumn()]
  const [receivedAt, offset, index] = [new Int64Column(), new Int64Column(), new Int64Column()]
  const partition = new DictionaryColumn<number>(plainInt)
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
