import { expect, test } from '@jest/globals'
import { canonicalDecimal } from '../../src/market/decimal.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { candlesOf } from '../support/driven-candles.ts'
import { unprovenHeartbeat as beat, minuteKline, trade } from '../support/market.ts'
import { describeRecorded, recordedLines } from '../support/recorded-venues.ts'

const MINUTE = 60_000
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'DOGEUSDT']
const options = { intervals: ['1m'], gapHoldMs: 1_000, revisionHorizonMs: 600_000, hasChain: () => false } as const

/** Bybit's own: https://bybit-exchange.github.io/docs/v5/websocket/public/trade and …/kline */
type Print = { readonly T: number; readonly i: string; readonly p: string; readonly v: string }
type Kline = { readonly start: number; readonly timestamp: number; readonly volume: string; readonly turnover: string }

/** What was recorded of one topic. */
const rowsOf = <Row>(topic: string): readonly Row[] =>
  recordedLines('bybit/ws_rest_20260809_first_half.jsonl.gz').flatMap(line => {
    const { t, data } = JSON.parse(line) as { t: string; data?: string }
    return t === 'recv' && data?.includes(`"topic":"${topic}"`) ? (JSON.parse(data) as { data: Row[] }).data : []
  })

/** The minute that begins in the recording; an earlier one was joined in its middle. */
const turn = Math.max(...rowsOf<Kline>('kline.1.SOLUSDT').map(({ start }) => start))

const tradesOf = (symbol: string): readonly Trade[] =>
  rowsOf<Print>(`publicTrade.${symbol}`)
    .filter(({ T }) => T >= turn)
    .map(({ T, i, p, v }) => trade(0, T, { id: i, price: canonicalDecimal(p), quantity: canonicalDecimal(v) }))

/** The state of the minute's candle at a moment, as if the minute had ended there. */
const compared = (trades: readonly Trade[], { volume, turnover }: Kline): Candle => {
  const records = [trade(0, turn - 1, { id: 'before' }), ...trades, beat(turn + MINUTE)]
  const kline = minuteKline(turn, { volume: canonicalDecimal(volume), quoteVolume: canonicalDecimal(turnover) })
  return candlesOf([...records, kline], options).candles.at(-1)!
}

/** What the candle holds: the trades before its moment, of which it may not have counted the last ones yet. */
const startOf = (trades: readonly Trade[], kline: Kline): readonly Trade[] => {
  const before = trades.filter(({ time }) => time <= kline.timestamp)
  const starts = Array.from({ length: Math.min(before.length, 5) + 1 }, (_, n) => before.slice(0, before.length - n))
  return starts.find(start => compared(start, kline).status === 'matched') ?? before
}

describeRecorded('the minute that Bybit shows (left out where the recordings are not at hand)', () => {
  const shown = SYMBOLS.flatMap(symbol => {
    const trades = tradesOf(symbol)
    return rowsOf<Kline>(`kline.1.${symbol}`)
      .filter(({ start }) => start === turn)
      .map(kline => ({ symbol, kline, trades: startOf(trades, kline) }))
  })

  test('has the volume and the turnover of the first of its trades, whenever it is shown', () => {
    expect(shown.length).toBeGreaterThan(20)
    for (const { kline, trades } of shown)
      expect(compared(trades, kline)).toMatchObject({ status: 'matched', matchedBy: ['volume', 'quoteVolume'] })
  })

  test('tells of any one trade of any instrument that is left out, by its size', () => {
    // What is shown last of an instrument holds the most of its minute.
    const last = [...new Map(shown.map(one => [one.symbol, one])).values()]
    expect(last.reduce((sum, { trades }) => sum + trades.length, 0)).toBeGreaterThan(150)
    for (const { kline, trades } of last)
      for (const left of trades) {
        const rest = trades.filter(one => one !== left)
        expect(compared(rest, kline)).toMatchObject({ status: 'gap', missingVolume: left.quantity })
      }
  })
})
