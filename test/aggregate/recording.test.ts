import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { canonicalDecimal } from '../../src/market/decimal.ts'
import { epochMs } from '../../src/market/time.ts'
import type { Trade } from '../../src/market/trade.ts'
import { candlesOf } from '../support/driven-candles.ts'
import { RECORDED, recordedFrames, recordedKlines } from '../support/recording.ts'

const binance = createBinance('binance')

/** Trades of the recording, as ingest would publish them. */
const recordedTrades = (native: string, symbol: string): readonly Trade[] => {
  const streams = new Map([[`${native}@trade`, { exchange: 'binance', symbol }]])
  return recordedFrames(native)
    .filter(text => text.includes('@trade'))
    .flatMap(text => {
      const frame = binance.decode(text, streams, epochMs(1_723_161_700_000))
      return frame.kind === 'trade' ? [frame.trade] : []
    })
}

/** The recording begins and ends inside a minute. */
const [FIRST_WHOLE, LAST_WHOLE] = [Date.UTC(2024, 7, 8, 23, 55), Date.UTC(2024, 7, 8, 23, 59)]

const describeRecorded = RECORDED ? describe : describe.skip

describeRecorded('candles of recorded trades (skipped where ../shared/data is absent)', () => {
  test.each([
    ['btcusdt', 'BTC/USDT', 9757],
    ['ethusdt', 'ETH/USDT', 6106]
  ])('%s: the whole minutes equal the klines of the exchange digit for digit', (native, symbol, count) => {
    const trades = recordedTrades(native, symbol)
    expect(trades.length).toBe(count)
    const minutes = new Map(
      candlesOf(trades, { intervals: ['1m'] }).candles.map(candle => [Number(candle.openTime), candle])
    )
    const whole = recordedKlines(native).filter(kline => kline.openTime >= FIRST_WHOLE && kline.openTime <= LAST_WHOLE)
    expect(whole.length).toBe(5)
    for (const { openTime, ...money } of whole) {
      const wanted = Object.fromEntries(Object.entries(money).map(([name, text]) => [name, canonicalDecimal(text)]))
      expect(minutes.get(openTime)).toMatchObject({ ...wanted, status: 'traded', revision: 0 })
    }
  })
})
