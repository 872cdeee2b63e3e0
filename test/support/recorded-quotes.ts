import type { Quote } from '../../src/analyze/kpi/fold-quotes.ts'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { BookDiff } from '../../src/exchange/exchange.ts'
import { createOrderBook } from '../../src/ingest/quotes/book/order-book.ts'
import { compareDecimals, DecimalSum } from '../../src/market/decimal.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { candlesOf } from './driven-candles.ts'
import { book, ticker } from './quotes.ts'
import { recordedFrames, recordedSnapshot } from './recording.ts'

const NOW = epochMs(1_723_161_700_000)
const SECOND = 1_000
const LEVELS = 10

const { decode, tradeStream, book: accent } = createBinance('binance')

const recording = () => {
  const of = parseInstrument('binance:BTC/USDT')
  const streams = new Map([tradeStream(of), accent.stream(of)].map(stream => [stream, of]))
  const frames = recordedFrames('btcusdt').flatMap(text => decode(text, streams, NOW))
  return {
    trades: frames.flatMap(frame => (frame.kind === 'trade' ? [frame.trade] : [])),
    diffs: frames.flatMap(frame => (frame.kind === 'depth' ? [frame] : []))
  }
}

/** Books of the recording, at most one a second. */
const bookQuotes = (diffs: readonly BookDiff[]): readonly Quote[] => {
  const of = createOrderBook(accent.decodeSnapshot(recordedSnapshot('btcusdt')), accent.snapshotLevels)
  let shownAt = 0
  return diffs.flatMap(diff => {
    if (of.apply(diff) !== 'applied' || diff.time - shownAt < SECOND) return []
    shownAt = diff.time
    return [book(diff.time, 0, 0, of.top(LEVELS))]
  })
}

/** The rolling day of the recording, which is all that was traded since it began, a ticker with the first trade of each second. */
const tickerQuotes = (trades: readonly Trade[]): readonly Quote[] => {
  const [base, quote] = [new DecimalSum(), new DecimalSum()]
  let [high, low, shownAt] = ['0', '9'.repeat(20), 0]
  return trades.flatMap(({ time, price, quantity }) => {
    base.addText(quantity)
    quote.addText(String(Math.round(Number(price) * Number(quantity))))
    if (compareDecimals(price, high) > 0) high = price
    if (compareDecimals(price, low) < 0) low = price
    if (time - shownAt < SECOND) return []
    shownAt = time
    const volumes = { baseVolume: base.toString(), quoteVolume: quote.toString() }
    return [ticker(time, { open: trades[0]?.price ?? '0', high, low, close: price, ...volumes })]
  })
}

const minuteQuotes = (trades: readonly Trade[]): readonly Quote[] =>
  candlesOf(trades, { intervals: ['1m'] }).candles.map(record => ({ kind: 'candle', record }))

const knownAt = ({ kind, record }: Quote): number => (kind === 'candle' ? record.closeTime : record.time)

/** What the KPIs of recorded frames are computed from, in the order of its time: of BTC/USDT a ticker and a book a second, and 1m candles. */
export const recordedQuotes = (): readonly Quote[] => {
  const { trades, diffs } = recording()
  const quotes = [...minuteQuotes(trades), ...bookQuotes(diffs), ...tickerQuotes(trades)]
  return quotes.sort((a, b) => knownAt(a) - knownAt(b))
}

/** Minutes right before the recording, for MACD: their closes are those of its own seconds. */
export const minutesBefore = (count: number): readonly Quote[] => {
  const { candles } = candlesOf(recording().trades)
  const first = candles[0]
  if (!first) return []
  const begin = first.openTime - (first.openTime % 60_000) - count * 60_000
  return candles.slice(0, count).map((candle, n) => {
    const openTime = epochMs(begin + n * 60_000)
    return { kind: 'candle', record: { ...candle, interval: '1m', openTime, closeTime: epochMs(openTime + 60_000) } }
  })
}
