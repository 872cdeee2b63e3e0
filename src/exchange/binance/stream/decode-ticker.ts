import type { Instrument } from '../../../market/instrument.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { MarketEvent } from '../../exchange.ts'
import { decimal, time, type Unchecked, wholeNumber } from '../../fields.ts'
import type { BinanceTicker } from '../wire.ts'

/** The best price of a side; null while it has no order, which Binance writes as 0. */
const best = (name: string, value: unknown): string | null => {
  if (value === undefined || value === null) return null
  const text = decimal(name, value)
  return text === '0' ? null : text
}

/** The rolling 24 h. Prices are 0 where nothing traded. Throws `TS-DATA` that names the bad field. */
export const tickerFrame = (
  data: Unchecked<BinanceTicker>,
  instrument: Instrument,
  receivedAt: EpochMs
): Extract<MarketEvent, { kind: 'ticker' }> => {
  const eventTime = time('E', data.E, receivedAt)
  const ticker = {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    time: eventTime,
    receivedAt,
    open: decimal('o', data.o),
    high: decimal('h', data.h),
    low: decimal('l', data.l),
    close: decimal('c', data.c),
    bid: best('b', data.b),
    ask: best('a', data.a),
    baseVolume: decimal('v', data.v),
    quoteVolume: decimal('q', data.q),
    tradeCount: wholeNumber('n', data.n, 'a count of trades')
  }
  return { kind: 'ticker', ticker, time: eventTime }
}
