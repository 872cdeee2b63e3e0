import type { SchemaElement } from 'hyparquet-writer'
import type { Trade } from '../../market/records/feed/trade.ts'
import {
  type Column,
  DictionaryColumn,
  Int64Column,
  OptionalDecimal,
  plainInt,
  plainText,
  TextColumn
} from './column.ts'
import { OPTIONAL_SCHEMA, optionalColumns } from './optional-fields.ts'
import { createRowsFile, type RowColumns, type RowsFile } from './rows-file.ts'
import { decimal, int32, int64, OPTIONAL, REQUIRED, text, time } from './schema.ts'

/** A trade, and where it stood in Kafka. */
export type TradeRow = { readonly trade: Trade; readonly partition: number; readonly offset: number }

/** The version of the columns, as every file names it. */
const TRADE_SCHEMA = 'raw_ticks/1'

/** Rows to a group: what a reader can skip at a time. */
const GROUP = 50_000

const SCHEMA: readonly SchemaElement[] = [
  text('exchange', REQUIRED),
  text('instrument', REQUIRED),
  text('trade_id', REQUIRED),
  decimal('price'),
  text('price_text', OPTIONAL),
  decimal('quantity'),
  text('quantity_text', OPTIONAL),
  time('time'),
  time('received_at'),
  text('side', REQUIRED),
  text('via', REQUIRED),
  int32('kafka_partition'),
  int64('kafka_offset'),
  ...OPTIONAL_SCHEMA
]

/** The columns in the order of the schema, and what puts a row into them. */
const createColumns = (): RowColumns<TradeRow> => {
  const dictionary = () => new DictionaryColumn<string>(plainText)
  const [exchange, instrument, side, via] = [dictionary(), dictionary(), dictionary(), dictionary()]
  const id = new TextColumn()
  const [price, quantity] = [new OptionalDecimal(), new OptionalDecimal()]
  const optional = optionalColumns()
  const [at, receivedAt, offset] = [new Int64Column(), new Int64Column(), new Int64Column()]
  const partition = new DictionaryColumn<number>(plainInt)
  const all: readonly Column[] = [
    exchange,
    instrument,
    id,
    ...price.all,
    ...quantity.all,
    at,
    receivedAt,
    side,
    via,
    partition,
    offset,
    ...optional.all
  ]
  const add = ({ trade, ...from }: TradeRow): void => {
    exchange.add(trade.exchange)
    instrument.add(trade.symbol)
    id.add(trade.id)
    price.add(trade.price)
    quantity.add(trade.quantity)
    at.add(trade.time)
    receivedAt.add(trade.receivedAt)
    side.add(trade.side)
    via.add(trade.via)
    partition.add(from.partition)
    offset.add(from.offset)
    optional.add(trade)
  }
  return { all, add, isGroup: rows => rows === GROUP }
}

/** Begins a file of trades of one instrument. The same rows give the same bytes. */
export const createTradeFile = (): RowsFile<TradeRow> => createRowsFile(TRADE_SCHEMA, SCHEMA, createColumns())
