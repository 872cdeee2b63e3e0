import { expect, test } from '@jest/globals'
import { systemClock } from '../../src/runtime/clock.ts'
import type { Feed, Market } from '../../src/simulate/market/market.ts'
import { createSeededMarket } from '../../src/simulate/market/seeded/seeded-market.ts'
import { startSimulatedExchange } from '../../src/simulate/simulated-exchange.ts'
import { simulatedVenue } from '../../src/simulate/venues/registry.ts'
import { silent } from '../support/silent.ts'

test('a simulated exchange that was closed adds nothing up any more for an answer that was under way', async () => {
  const kraken = simulatedVenue('kraken')
  const seeded = createSeededMarket({
    seed: 7,
    rate: 400,
    symbols: ['BTC/USD'],
    quiet: [],
    nativeOf: symbol => kraken.nativeOf(symbol)!,
    clock: systemClock
  })
  let visits = 0
  const counted = (feed: Feed): Feed => ({
    ...feed,
    visit: (from, to, each) => {
      visits += 1
      feed.visit(from, to, each)
    }
  })
  const market: Market = {
    ...seeded,
    feeds: new Map([...seeded.feeds].map(([native, feed]) => [native, counted(feed)]))
  }
  const exchange = await startSimulatedExchange({
    host: '127.0.0.1',
    port: 0,
    market,
    front: kraken.front,
    startOn: 'subscribed',
    faults: [],
    clock: systemClock,
    log: silent
  })
  // The last 720 minutes: millions of prints.
  const page = fetch(`${exchange.rest}/0/public/OHLC?pair=XBTUSD&interval=1`).then(
    () => 'answered',
    () => 'broken off'
  )
  for (let n = 0; visits === 0 && n < 1_000; n++) await systemClock.sleep(1)
  await exchange.close()
  expect(await page).toBe('broken off')
  const before = visits
  await systemClock.sleep(300)
  expect(visits).toBe(before)
})
