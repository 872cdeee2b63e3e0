import type { Quote } from '../../src/analyze/kpi/fold-quotes.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { BookTop } from '../../src/market/records/feed/book.ts'
import type { Ticker } from '../../src/market/records/feed/ticker.ts'
import { epochMs } from '../../src/market/time.ts'
import { candleAt } from './candles.ts'
import { DAY } from './market.ts'

const BTC = { exchange: 'binance', symbol: 'BTC/USDT' } as const

export const ticker = (time: number, more: Partial<Ticker> = {}): Quote => ({
  kind: 'ticker',
  record: {
    ...BTC,
    time: epochMs(time),
    receivedAt: epochMs(time + 5),
    open: '60000',
    high: '62500.5',
    low: '59800.1',
    close: '61500',
    bid: '61499.99',
    ask: '61500.01',
    baseVolume: '2000',
    quoteVolume: '122000000',
    tradeCount: 5,
    ...more
  }
})

/** A book of one level a side, unless more is said. */
export const book = (time: number, bid: number, ask: number, more: Partial<BookTop> = {}): Quote => ({
  kind: 'book',
  record: {
    ...BTC,
    time: epochMs(time),
    receivedAt: epochMs(time + 5),
    lastUpdateId: String(time),
    bids: [['61499.99', String(bid)]],
    asks: [['61500.01', String(ask)]],
    ...more
  }
})

/** The final candle of the minute that opens `minute` minutes after the start of the day. */
export const minute = (n: number, close: number, more: Partial<Candle> = {}): Quote => {
  const openTime = epochMs(DAY + n * 60_000)
  return {
    kind: 'candle',
    record: candleAt(0, { openTime, closeTime: epochMs(openTime + 60_000), close: String(close), ...more })
  }
}
