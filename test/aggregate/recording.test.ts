import { describe, expect, test } from '@jest/globals'
import { canonicalDecimal } from '../../src/market/decimal.ts'
import { candlesOf } from '../support/driven-candles.ts'
import { RECORDED, recordedKlines, recordedTrades } from '../support/recording.ts'

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
