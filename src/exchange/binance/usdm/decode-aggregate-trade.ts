import type { Instrument } from '../../../market/instrument.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { ExchangeEvent } from '../../exchange.ts'
import { anyTime, decimal, fail, idText, isFields, price, time, type Unchecked, wholeNumber } from '../../fields.ts'
import { takerSide } from '../stream/taker-side.ts'
import type { BinanceAggregate } from '../wire.ts'

/** How many prints it holds. The exchange numbers prints that it publishes nowhere too, so those of neighbours need not follow each other. */
const printsOf = ({ f, l }: Unchecked<BinanceAggregate>): number => {
  const [first, last] = [wholeNumber('f', f, 'a trade id'), wholeNumber('l', l, 'a trade id')]
  return first <= last ? last - first + 1 : fail('f', first, `at most l, which is ${last}`)
}

/** Prints of one taker, price and tenth of a second, under a number that goes up by one with each aggregate. */
const aggregate = (
  data: Unchecked<BinanceAggregate>,
  instrument: Instrument,
  times: { readonly time: EpochMs; readonly receivedAt: EpochMs },
  via: Trade['via']
): Trade => ({
  exchange: instrument.exchange,
  symbol: instrument.symbol,
  id: idText('a', data.a),
  price: price('p', data.p),
  quantity: decimal('q', data.q),
  ...times,
  side: takerSide('m', data.m),
  via,
  prints: printsOf(data)
})

/** A message of `<symbol>@aggTrade`. Throws `TS-DATA` that names the bad field. */
export const aggregateFrame = (
  data: Unchecked<BinanceAggregate & { readonly E: number }>,
  instrument: Instrument,
  receivedAt: EpochMs
): ExchangeEvent => ({
  kind: 'trade',
  trade: aggregate(data, instrument, { time: time('T', data.T, receivedAt), receivedAt }, 'stream'),
  time: time('E', data.E, receivedAt)
})

/** One element of an `aggTrades` answer. Throws `TS-DATA` that names the bad field. */
export const historicalAggregate = (row: unknown, instrument: Instrument, receivedAt: EpochMs): Trade => {
  if (!isFields(row)) return fail('trade', row, 'an object')
  const data: Unchecked<BinanceAggregate> = row
  return aggregate(data, instrument, { time: anyTime('T', data.T), receivedAt }, 'history')
}
