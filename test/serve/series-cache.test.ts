import { expect, test } from '@jest/globals'
import { TickstreamError } from '../../src/market/error.ts'
import { supersedes } from '../../src/serve/live/live-tail.ts'
import { type WindowSeries, windowSeriesKey } from '../../src/serve/store/series.ts'
import { createSeriesCache } from '../../src/serve/store/series-cache.ts'
import { candleAt } from '../support/candles.ts'
import { handClock } from '../support/hand-clock.ts'

test('a database that goes away after a while is told of at every question, and all is well when it is back', async () => {
  const clock = handClock()
  let isAway = false
  const cache = createSeriesCache<WindowSeries, ReturnType<typeof candleAt>>({
    keyOf: windowSeriesKey,
    supersedes,
    isStored: () => true,
    clock,
    load: async () => {
      if (isAway) throw new TickstreamError('TS-AWAY', 'PostgreSQL does not answer')
      return [candleAt(0), candleAt(1)]
    }
  })
  const ask = () =>
    cache.ask({ exchange: 'binance', symbol: 'BTC/USDT', interval: '1m' }, { from: null, to: null, limit: 9 })
  expect(await ask()).toHaveLength(2)
  isAway = true
  clock.pass(61_000)
  for (let n = 0; n < 3; n++) await expect(ask()).rejects.toThrow('PostgreSQL does not answer')
  isAway = false
  expect(await ask()).toHaveLength(2)
})
