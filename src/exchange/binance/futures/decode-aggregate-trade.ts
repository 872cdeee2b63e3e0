import type { Instrument } from '../../../market/instrument.ts'
import type { SizedInstrument } from '../../../market/records/feed/contract-size.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { ExchangeEvent } from '../../exchange.ts'
import { anyTime, decimal, fail, idText, isFields, price, time, type Unchecked, wholeNumber } from '../../fields.ts'
import { takerSide } from '../stream/taker-side.ts'
import type { BinanceAggregate } from '../wire.ts'

/** What a trade says of its size, by the quantity and the price that the wire tells, both canonical decimals. */
export type SizesOf = (
  quantity: string,
  price: string,
  instrument: SizedInstrument
) => Pick<Trade, 'quantity' | 'contracts' | 'quoteQuantity'>

type Times = { readonly time: EpochMs; readonly receivedAt: EpochMs }

/** How many prints it holds. The exchange numbers prints that it publishes nowhere too, so those of neighbours need not follow each other. */
const printsOf = ({ f, l }: Unchecked<BinanceAggregate>): number => {
  const [first, last] = [wholeNumber('f', f, 'a trade id'), wholeNumber('l', l, 'a trade id')]
  return first <= last ? last - first + 1 : fail('f', first, `at most l, which is ${last}`)
}

/** Reads aggregates: prints of one taker, price and tenth of a second, under a number that goes up by one with each aggregate. */
export const createAggregates = (sizesOf: SizesOf) => {
  const aggregate = (
    data: Unchecked<BinanceAggregate>,
    instrument: Instrument,
    times: Times,
    via: Trade['via']
  ): Trade => {
    const paid = price('p', data.p)
    const { quantity, ...counted } = sizesOf(decimal('q', data.q), paid, instrument)
    return {
      exchange: instrument.exchange,
      symbol: instrument.symbol,
      id: idText('a', data.a),
      price: paid,
      quantity,
      ...times,
      side: takerSide('m', data.m),
      via,
      ...counted,
      prints: printsOf(data)
    }
  }
  return {
    /** A message of `<symbol>@aggTrade`. Throws `TS-DATA` that names the bad field. */
    frame: (
      data: Unchecked<BinanceAggregate & { readonly E: number }>,
      instrument: Instrument,
      receivedAt: EpochMs
    ): ExchangeEvent => ({
      kind: 'trade',
      trade: aggregate(data, instrument, { time: time('T', data.T, receivedAt), receivedAt }, 'stream'),
      time: time('E', data.E, receivedAt)
    }),
    /** One element of an `aggTrades` answer. Throws `TS-DATA` that names the bad field. */
    historical: (row: unknown, instrument: Instrument, receivedAt: EpochMs): Trade => {
      if (!isFields(row)) return fail('trade', row, 'an object')
      const data: Unchecked<BinanceAggregate> = row
      return aggregate(data, instrument, { time: anyTime('T', data.T), receivedAt }, 'history')
    }
  }
}
