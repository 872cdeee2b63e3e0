import type { SchemaElement } from 'hyparquet-writer'
import type { Trade } from '../../market/records/feed/trade.ts'
import { type Column, DictionaryColumn, Int64Column, plainInt, plainText, TextColumn } from './columns/column.ts'
import { PRICE, QUANTITY } from './columns/decimal-bytes.ts'
import { TieredDecimal } from './columns/decimal-column.ts'
import { OPTIONAL_SCHEMA, optionalColumns } from './optional-fields.ts'
import { QUOTE_SCHEMA, quoteColumns } from './quote-quantity.ts'
import { createRowsFile, type RowColumns, type RowsFile } from './rows-file.ts'
import { int32, int64, REQUIRED, text, tiered, time } from './schema.ts'

/** A trade, and where it stood in Kafka. */
export type TradeRow = { readonly trade: Trade; readonly partition: number; readonly offset: number }

/** The version of the columns, as every file names it. */
const TRADE_SCHEMA = 'raw_ticks/2'

/** Rows to a group: what a reader can skip at a time. */
const GROUP = 50_000

const SCHEMA: readonly SchemaElement[] = [
  text('exchange', REQUIRED),
  text('instrument', REQUIRED),
  text('trade_id', REQUIRED),
  ...tiered('price', PRICE),
  ...tiered('quantity', QUANTITY),
  ...QUOTE_SCHEMA,
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
  const [price, quantity] = [new TieredDecimal(PRICE), new TieredDecimal(QUANTITY)]
  const quote = quoteColumns()
  const optional = optionalColumns()
  const [at, receivedAt, offset] = [new Int64Column(), new Int64Column(), new Int64Column()]
  const partition = new DictionaryColumn<number>(plainInt)
  const all: readonly Column[] = [
    exchange,
    instrument,
    id,
    ...price.all,
    ...quantity.all,
    ...quote.all,
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
    quote.add(trade)
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
