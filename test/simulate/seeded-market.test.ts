import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { epochMs } from '../../src/market/time.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { Market, Print } from '../../src/simulate/market/market.ts'
import { createArrivals } from '../../src/simulate/market/seeded/arrivals.ts'
import { createSeededMarket } from '../../src/simulate/market/seeded/seeded-market.ts'

const NOW = Date.UTC(2026, 2, 4, 12, 0, 30)
const HOUR = 3_600_000

const clockAt = (time: number): Clock & { time: number } => {
  const clock = { time, now: () => epochMs(clock.time), monotonicMs: () => clock.time, sleep: () => Promise.resolve() }
  return clock
}

const marketAt = (
  time: number,
  over: { seed?: number; rate?: number; symbols?: string[]; quiet?: string[] } = {}
): Market =>
  createSeededMarket({
    seed: 3,
    rate: 40,
    symbols: ['BTC/USDT', 'ETH/USDT', 'BNB/USDT', 'SOL/USDT'],
    quiet: [],
    clock: clockAt(time),
    ...over
  })

const between = (market: Market, native: string, from: number, to: number): Print[] => {
  const feed = market.feeds.get(native)
  const prints: Print[] = []
  if (feed) feed.visit(feed.idAt(from), feed.idAt(to), print => prints.push(print))
  return prints
}

const allBetween = (market: Market, from: number, to: number): Print[] =>
  [...market.feeds.keys()].flatMap(native => between(market, native, from, to))

describe('a seeded market', () => {
  test('is the same for two processes with one seed, whatever they ask first', () => {
    const [one, two] = [marketAt(NOW), marketAt(NOW)]
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 48 * 60 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('BTCUSDT', 'ETHUSDT', 'SOLUSDT'),
        (minutesAgo, native) => {
          const ask = (market: Market, ago: number) =>
            between(market, native, NOW - ago * 60_000, NOW - ago * 60_000 + 5_000)
          const answers = minutesAgo.map(ago => ask(one, ago))
          const backwards = minutesAgo.toReversed().map(ago => ask(two, ago))
          expect(backwards.toReversed()).toEqual(answers)
        }
      ),
      { numRuns: 30 }
    )
  })

  test('is another one for another seed', () => {
    const [one, two] = [marketAt(NOW), marketAt(NOW, { seed: 4 })]
    expect(between(two, 'BTCUSDT', NOW - 9_000, NOW)).not.toEqual(between(one, 'BTCUSDT', NOW - 9_000, NOW))
  })

  test('has the same past for who starts later', () => {
    const early = marketAt(NOW)
    const late = marketAt(NOW + 5 * 86_400_000)
    expect(between(late, 'ETHUSDT', NOW - 60_000, NOW)).toEqual(between(early, 'ETHUSDT', NOW - 60_000, NOW))
  })

  test('tells while it runs exactly what history shows afterwards', () => {
    const clock = clockAt(NOW)
    const market = createSeededMarket({ seed: 3, rate: 200, symbols: ['BTC/USDT', 'ETH/USDT'], quiet: [], clock })
    const told: Print[] = []
    for (const step of [1, 10, 7, 232, 250, ...Array.from({ length: 18 }, () => 250)]) {
      clock.time += step
      for (const event of market.advance()) if (event.print) told.push(event.print)
    }
    expect(clock.time).toBe(NOW + 5_000)
    const times = told.map(print => print.time)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(told.length).toBeGreaterThan(100)
    const shown = allBetween(market, NOW + 1, NOW + 5_001)
    const order = (prints: readonly Print[]) => prints.toSorted((a, b) => a.ticks - b.ticks || a.id - b.id)
    expect(order(told)).toEqual(order(shown))
  })

  test('never shows what has not happened yet', () => {
    const market = marketAt(NOW)
    const [newest] = between(market, 'BTCUSDT', NOW - 5_000, NOW + HOUR).slice(-1)
    expect(newest?.time).toBeLessThanOrEqual(NOW)
    expect(market.feeds.get('BTCUSDT')?.endId()).toBe((newest?.id ?? 0) + 1)
  })

  test('numbers the trades of a symbol without a hole, in the order of time, across hours', () => {
    const prints = between(marketAt(NOW), 'BNBUSDT', NOW - HOUR, NOW)
    expect(prints.length).toBeGreaterThan(10_000)
    expect(prints.filter((print, i) => i > 0 && print.id !== prints[i - 1]!.id + 1)).toEqual([])
    expect(prints.filter((print, i) => i > 0 && print.time < prints[i - 1]!.time)).toEqual([])
  })

  test('trades as often as asked for over an hour, and up to thirty times as often in its liveliest seconds', () => {
    const hour = NOW - (NOW % HOUR) - HOUR
    const prints = allBetween(marketAt(NOW), hour, hour + HOUR)
    expect(prints.length).toBe(40 * 3_600)
    const perSecond = new Map<number, number>()
    for (const { time } of prints) {
      const second = Math.floor(time / 1_000)
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
    }
    const most = Math.max(...perSecond.values())
    expect(most).toBeGreaterThan(40 * 10)
    expect(most).toBeLessThan(40 * 31)
  })

  test('prints several trades within one millisecond', () => {
    const prints = between(marketAt(NOW), 'BTCUSDT', NOW - 60_000, NOW)
    const sharing = prints.filter((print, i) => i > 0 && prints[i - 1]!.time === print.time)
    expect(sharing.length / prints.length).toBeGreaterThan(0.3)
  })

  test('leaves a quiet symbol without a trade for minutes', () => {
    const symbols = ['BTC/USDT', 'ETH/USDT', 'BNB/USDT', 'SOL/USDT', 'DOGE/USDT']
    const prints = between(marketAt(NOW, { symbols, quiet: ['DOGE/USDT'] }), 'DOGEUSDT', NOW - 6 * HOUR, NOW)
    const pauses = prints.slice(1).map((print, i) => print.time - prints[i]!.time)
    expect(prints.length).toBeGreaterThan(180)
    expect(prints.length).toBeLessThan(280)
    expect(Math.max(...pauses)).toBeGreaterThan(3 * 60_000)
  })

  test('moves the symbols together, and keeps the first two bound to each other', () => {
    const market = marketAt(NOW)
    const closes = (native: string): number[] =>
      Array.from({ length: 60 * 24 }, (_, i) => {
        const feed = market.feeds.get(native)!
        let ticks = 0
        const id = feed.idAt(NOW - i * 60_000) - 1
        feed.visit(id, id + 1, print => {
          ticks = print.ticks
        })
        return Math.log(ticks)
      })
    const returns = (values: number[], lag: number) => values.slice(lag).map((value, i) => value - values[i]!)
    const [btc, eth, bnb] = [closes('BTCUSDT'), closes('ETHUSDT'), closes('BNBUSDT')]
    expect(correlation(returns(btc, 15), returns(bnb, 15))).toBeGreaterThan(0.4)
    const spread = btc.map((value, i) => value - eth[i]!)
    const range = (values: number[]): number => Math.max(...values) - Math.min(...values)
    expect(range(spread)).toBeLessThan(range(btc) / 1.5)
  })
})

const correlation = (a: readonly number[], b: readonly number[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanA, meanB] = [mean(a), mean(b)]
  const covariance = mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB)))
  return covariance / Math.sqrt(mean(a.map(value => (value - meanA) ** 2)) * mean(b.map(value => (value - meanB) ** 2)))
}

describe('arrivals', () => {
  test('find the second of any id, and the ids of any second, without walking', () => {
    const arrivals = createArrivals({ seed: 1, key: 99, perHour: 5_000, quiet: false })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 250_000_000 }), offset => {
        const id = arrivals.firstId + offset
        const second = arrivals.secondOf(id)
        expect(arrivals.idAtSecond(second)).toBeLessThanOrEqual(id)
        expect(arrivals.idAtSecond(second + 1)).toBeGreaterThan(id)
      }),
      { numRuns: 50 }
    )
  })
})
