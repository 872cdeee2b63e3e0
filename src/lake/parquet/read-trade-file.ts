import { TickstreamError } from '../../market/error.ts'
import { parsePrice, parseSize } from '../../market/parse-decimal.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { LakeFile } from '../manifest/manifest.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { readDecimal } from './decimal-bytes.ts'
import { type Columns, openRows, textOf, timeOf, wordOf } from './read-rows.ts'
import type { TradeRow } from './trade-file.ts'

/** A file of trades that is open for reading: its footer is read, its rows are not. */
export type TradeReader = {
  readonly rows: number
  /** Rows in the order of the file, as many at a time as a group of it holds. */
  readonly trades: () => AsyncGenerator<readonly TradeRow[]>
  readonly ids: () => AsyncGenerator<readonly string[]>
  readonly times: () => AsyncGenerator<readonly { readonly id: string; readonly time: number }[]>
}

/** The sign of a big-endian whole number. */
const NEGATIVE = 0x80

/** What a price or a size may be is decided by `parse`, as in every reader. */
const numberOf = (row: Columns, exact: string, parse: typeof parsePrice): string => {
  const value = row[exact]
  const isNumber = value instanceof Uint8Array && (value[0] ?? 0) < NEGATIVE
  const text = isNumber
    ? readDecimal(Buffer.from(value.buffer, value.byteOffset, value.byteLength), 0)
    : textOf(row, `${exact}_text`)
  const found = parse(text)
  if (found !== null) return found
  throw new TickstreamError('TS-DATA', `${exact}: ${text.slice(0, 80)} is no ${exact}`)
}

/** The trade of a row, its values believed no more than those of any other reader. */
export const tradeOf = (row: Columns): Trade => ({
  exchange: textOf(row, 'exchange'),
  symbol: textOf(row, 'instrument'),
  id: textOf(row, 'trade_id'),
  price: numberOf(row, 'price', parsePrice),
  quantity: numberOf(row, 'quantity', parseSize),
  time: timeOf(row, 'time'),
  receivedAt: timeOf(row, 'received_at'),
  side: wordOf(row, 'side', ['buy', 'sell']),
  via: wordOf(row, 'via', ['stream', 'history'])
})

const rowOf = (row: Columns): TradeRow => ({
  trade: tradeOf(row),
  partition: Number(row.kafka_partition),
  offset: Number(row.kafka_offset)
})

/** Opens a file of trades that the manifest names, as `openRows` does. */
export const openTradeFile = async (store: LakeStore, about: LakeFile): Promise<TradeReader> => {
  const { rows, groups } = await openRows(store, about)
  return {
    rows,
    trades: () => groups(rowOf),
    ids: () => groups(row => textOf(row, 'trade_id'), ['trade_id']),
    times: () => groups(row => ({ id: textOf(row, 'trade_id'), time: Number(row.time) }), ['trade_id', 'time'])
  }
}
