import { parsePrice, parseSize } from '../../market/parse-decimal.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { LakeFile } from '../manifest/manifest.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { optionalOf } from './optional-fields.ts'
import { type Columns, decimalOf, openRows, textOf, timeOf, wordOf } from './read-rows.ts'
import type { TradeRow } from './trade-file.ts'

/** Which trade a row is, when it was printed, and where it stood in Kafka. */
export type TradeOutline = Pick<Trade, 'id' | 'sequence'> & { readonly time: number; readonly offset: number }

/** A file of trades that is open for reading: its footer is read, its rows are not. */
export type TradeReader = {
  readonly rows: number
  /** Rows in the order of the file, as many at a time as a group of it holds. */
  readonly trades: () => AsyncGenerator<readonly TradeRow[]>
  /** What is asked of many rows, without the rest of them. */
  readonly outlines: () => AsyncGenerator<readonly TradeOutline[]>
}

/** The trade of a row, its values believed no more than those of any other reader. */
export const tradeOf = (row: Columns): Trade => ({
  exchange: textOf(row, 'exchange'),
  symbol: textOf(row, 'instrument'),
  id: textOf(row, 'trade_id'),
  price: decimalOf(row, 'price', parsePrice),
  quantity: decimalOf(row, 'quantity', parseSize),
  time: timeOf(row, 'time'),
  receivedAt: timeOf(row, 'received_at'),
  side: wordOf(row, 'side', ['buy', 'sell']),
  via: wordOf(row, 'via', ['stream', 'history']),
  ...optionalOf(row)
})

const rowOf = (row: Columns): TradeRow => ({
  trade: tradeOf(row),
  partition: Number(row.kafka_partition),
  offset: Number(row.kafka_offset)
})

const outlineOf = (row: Columns): TradeOutline => ({
  id: textOf(row, 'trade_id'),
  ...(typeof row.sequence === 'string' && { sequence: row.sequence }),
  time: Number(row.time),
  offset: Number(row.kafka_offset)
})

/** Opens a file of trades that the manifest names, as `openRows` does. */
export const openTradeFile = async (store: LakeStore, about: LakeFile): Promise<TradeReader> => {
  const { rows, groups } = await openRows(store, about)
  return {
    rows,
    trades: () => groups(rowOf),
    outlines: () => groups(outlineOf, ['trade_id', 'sequence', 'time', 'kafka_offset'])
  }
}
