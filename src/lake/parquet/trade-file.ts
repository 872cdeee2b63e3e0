import type { SchemaElement } from 'hyparquet-writer'
import type { Trade } from '../../market/records/feed/trade.ts'
import { type Column, DecimalColumn, OptionalTextColumn, TextColumn, WholeColumn, WordColumn } from './column.ts'
import { DECIMAL, fitsDecimal } from './decimal-bytes.ts'
import { createParquetFile } from './parquet-file.ts'

/** A trade, and where it stood in Kafka. */
export type TradeRow = { readonly trade: Trade; readonly partition: number; readonly offset: number }

/** Trades of one file on their way into it. */
export type TradeFile = {
  readonly add: (row: TradeRow) => void
  /** What it takes in memory. */
  readonly bytes: () => number
  readonly rows: () => number
  readonly finish: () => readonly Uint8Array[]
}

/** The version of the columns, as every file names it. */
const TRADE_SCHEMA = 'raw_ticks/1'

/** Rows to a group: what a reader can skip at a time. */
const GROUP = 50_000

const REQUIRED = 'REQUIRED' as const
const OPTIONAL = 'OPTIONAL' as const

const text = (name: string, repetition_type: typeof REQUIRED | typeof OPTIONAL): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  repetition_type
})

const decimal = (name: string): SchemaElement => ({
  name,
  type: 'FIXED_LEN_BYTE_ARRAY',
  type_length: DECIMAL.width,
  converted_type: 'DECIMAL',
  logical_type: { type: 'DECIMAL', precision: DECIMAL.precision, scale: DECIMAL.scale },
  precision: DECIMAL.precision,
  scale: DECIMAL.scale,
  repetition_type: OPTIONAL
})

const time = (name: string): SchemaElement => ({
  name,
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  repetition_type: REQUIRED
})

const SCHEMA: readonly SchemaElement[] = [
  text('exchange', REQUIRED),
  text('instrument', REQUIRED),
  text('trade_id', REQUIRED),
  decimal('price'),
  decimal('quantity'),
  text('price_text', OPTIONAL),
  text('quantity_text', OPTIONAL),
  time('time'),
  time('received_at'),
  text('side', REQUIRED),
  text('via', REQUIRED),
  { name: 'kafka_partition', type: 'INT32', repetition_type: REQUIRED },
  { name: 'kafka_offset', type: 'INT64', repetition_type: REQUIRED }
]

const plainText = (word: string): Buffer => {
  const bytes = Buffer.alloc(4 + word.length)
  bytes.writeUInt32LE(word.length)
  bytes.write(word, 4, 'latin1')
  return bytes
}

const plainInt = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

/** The columns in the order of the schema, and what puts a row into them. */
const createColumns = () => {
  const words = () => new WordColumn<string>(plainText)
  const [exchange, instrument, side, via] = [words(), words(), words(), words()]
  const id = new TextColumn()
  const [price, quantity] = [new DecimalColumn(), new DecimalColumn()]
  const [priceText, quantityText] = [new OptionalTextColumn(), new OptionalTextColumn()]
  const [at, receivedAt, offset] = [new WholeColumn(), new WholeColumn(), new WholeColumn()]
  const partition = new WordColumn<number>(plainInt)
  const number = (value: string, exact: DecimalColumn, asText: OptionalTextColumn): void => {
    const fits = fitsDecimal(value)
    exact.add(fits ? value : null)
    asText.add(fits ? null : value)
  }
  const all: readonly Column[] = [
    exchange,
    instrument,
    id,
    price,
    quantity,
    priceText,
    quantityText,
    at,
    receivedAt,
    side,
    via,
    partition,
    offset
  ]
  const add = ({ trade, ...from }: TradeRow): void => {
    exchange.add(trade.exchange)
    instrument.add(trade.symbol)
    id.add(trade.id)
    number(trade.price, price, priceText)
    number(trade.quantity, quantity, quantityText)
    at.add(trade.time)
    receivedAt.add(trade.receivedAt)
    side.add(trade.side)
    via.add(trade.via)
    partition.add(from.partition)
    offset.add(from.offset)
  }
  return { all, add }
}

/** Begins a file of trades of one instrument. The same rows give the same bytes. */
export const createTradeFile = (): TradeFile => {
  const columns = createColumns()
  const file = createParquetFile(SCHEMA, { 'tickstream.schema': TRADE_SCHEMA })
  let rows = 0
  let waiting = 0
  const flush = (): void => {
    if (waiting > 0) file.addGroup(columns.all.map(column => column.take()))
    waiting = 0
  }
  return {
    add: row => {
      columns.add(row)
      rows++
      if (++waiting === GROUP) flush()
    },
    bytes: () => file.bytes() + columns.all.reduce((sum, column) => sum + column.bytes(), 0),
    rows: () => rows,
    finish: () => {
      flush()
      return file.finish()
    }
  }
}
