import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Exchange, HistoryStart } from '../../exchange.ts'
import { anySeconds, decimal, fail, idText, price } from '../../fields.ts'
import type { RestRequest } from '../../rest-interface.ts'
import { assetClass, pairName } from '../names.ts'
import { resultOf, rowsOf } from './result.ts'

/** `last` and the times of trades have gone through a double, which is exact to a quarter of this. */
const IMPRECISION_NS = 1_000n
const NS_PER_MS = 1_000_000n

/** Those that were printed after `since`, in nanoseconds, oldest first; without it the newest. */
const request = (instrument: Instrument, since: bigint | null, limit: number): RestRequest => ({
  path: `/0/public/Trades?pair=${pairName(instrument)}&count=${limit}${since === null ? '' : `&since=${since}`}${assetClass(instrument)}`,
  cost: 1
})

/** So that what was printed at that time comes as well. */
const justBefore = (time: EpochMs): bigint => {
  const ns = BigInt(time) * NS_PER_MS
  return ns > IMPRECISION_NS ? ns - IMPRECISION_NS : 0n
}

/** It is asked by time; without one, from its first trade on. */
const trades = (instrument: Instrument, from: HistoryStart | null, limit: number): RestRequest =>
  request(instrument, from && (from.notBefore === null ? 0n : justBefore(from.notBefore)), limit)

const SIDES: ReadonlyMap<unknown, Trade['side']> = new Map([
  ['b', 'buy'],
  ['s', 'sell']
])

/** `[price, quantity, seconds, side of the taker, order type, miscellaneous, id]` */
const historicalTrade = (row: unknown, instrument: Instrument, receivedAt: EpochMs): Trade => {
  if (!Array.isArray(row)) return fail('trade', row, 'a row')
  const fields: readonly unknown[] = row
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: idText('trade_id', fields[6]),
    price: price('price', fields[0]),
    quantity: decimal('volume', fields[1]),
    time: anySeconds('time', fields[2]),
    receivedAt,
    side: SIDES.get(fields[3]) ?? fail('side', fields[3], 'b or s'),
    via: 'history'
  }
}

const decodeTrades: Exchange['history']['decodeTrades'] = (body, instrument, receivedAt) =>
  rowsOf(body)
    .map(row => historicalTrade(row, instrument, receivedAt))
    .sort((a, b) => Number(a.id) - Number(b.id))

const timeOf = (row: unknown): unknown => (Array.isArray(row) ? row[2] : null)

/**
 * A page may end between trades of one moment, and `last` says no more than that moment: the next page begins with it once more, unless a
 * page has nothing else.
 */
const next = (body: unknown, instrument: Instrument, limit: number): RestRequest | null => {
  const rows = rowsOf(body)
  const { last } = resultOf(body)
  if (typeof last !== 'string' || !/^\d{1,30}$/.test(last)) return fail('last', last, 'a time in nanoseconds')
  if (rows.length === 0) return null
  const isOneMoment = rows.length > 1 && timeOf(rows[0]) === timeOf(rows.at(-1))
  if (rows.length < limit && !isOneMoment) return null
  const since = BigInt(last)
  return request(instrument, isOneMoment || since < IMPRECISION_NS ? since : since - IMPRECISION_NS, limit)
}

const decodeFirst = (body: unknown): number | null => {
  const [row] = rowsOf(body)
  if (row === undefined) return null
  return Array.isArray(row) ? Number(idText('trade_id', row[6])) : fail('trade', row, 'a row')
}

/** https://docs.kraken.com/api/docs/rest-api/get-recent-trades */
export const krakenHistory = {
  trades,
  decodeTrades,
  next,
  firstFrom: {
    request: (instrument: Instrument, time: EpochMs) => request(instrument, justBefore(time), 1),
    decode: decodeFirst
  }
} satisfies Exchange['history']
