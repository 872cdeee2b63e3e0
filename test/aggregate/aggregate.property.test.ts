import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { INTERVALS, type Interval } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { isTrade, type Tick, type Trade } from '../../src/market/records/feed/trade.ts'
import { processorContract } from '../contract/processor-contract.ts'
import { expectedMissing, lostOf } from '../faults/oracles/lost-trades.ts'
import { oracleCandles } from '../support/candle-oracle.ts'
import { type DriveOptions, drive } from '../support/drive.ts'
import { DAY, heartbeat, lost, trade } from '../support/market.ts'

const options = { intervals: INTERVALS, gapHoldMs: 3_000, revisionHorizonMs: 3_600_000 }
const topology = aggregate(options)

type Published = ReadonlyMap<string, readonly Candle[]>

/** Final candles by interval and open time, in the order they were published. */
const finals = (records: readonly Tick[], how: DriveOptions = {}): Published => {
  const found = new Map<string, Candle[]>()
  for (const { value } of drive(topology, records, how).outputs) {
    const candle = JSON.parse(value ?? 'null') as Candle
    const key = `${candle.interval} ${candle.openTime}`
    found.set(key, [...(found.get(key) ?? []), candle])
  }
  return found
}

const content = ({ revision, status, missing, ...rest }: Candle) => rest
const newest = (published: Published) => [...published].map(([key, list]) => [key, list.at(-1)!] as const)
const contents = (published: Published) => new Map(newest(published).map(([key, candle]) => [key, content(candle)]))

/** The newest candle of each window of one interval, built of the trades themselves. */
const newestAlone = (interval: Interval, records: readonly Tick[]): ReadonlyMap<string, Candle> => {
  const { outputs } = drive(aggregate({ ...options, intervals: [interval] }), records)
  const candles = outputs.map(({ value }) => JSON.parse(value ?? '') as Candle)
  return new Map(candles.map(candle => [`${interval} ${candle.openTime}`, candle]))
}

const price = fc.integer({ min: 1, max: 99_999_999 }).map(n => String(n / 100))
const quantity = fc.oneof(
  fc.integer({ min: 1, max: 9_999_999 }).map(n => (n / 100_000).toFixed(5).replace(/\.?0+$/, '')),
  fc.constantFrom('123456789.12345678', '0.00000001', '90071992547409.93')
)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 700 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 20_000 }) }
)

/** A market: consecutive ids, times that mostly rise (sometimes a little back), across day boundaries at will. */
const market = fc
  .record({
    start: fc.integer({ min: -70_000, max: 70_000 }),
    steps: fc.array(fc.tuple(step, fc.boolean(), price, quantity, fc.boolean()), { minLength: 1, maxLength: 60 })
  })
  .map(({ start, steps }) => {
    let time = DAY + start
    return steps.map(([ms, back, p, q, buy], n) => {
      time += ms
      return trade(1000 + n, back && n > 0 ? time - Math.min(ms, 300) : time, {
        price: p,
        quantity: q,
        side: buy ? 'buy' : 'sell'
      })
    })
  })

const end = (trades: readonly Trade[]): number => Math.max(...trades.map(t => t.time))
const closing = (trades: readonly Trade[]) => heartbeat(1000 + trades.length - 1, end(trades) + 90_000)
const sorted = (trades: readonly Trade[]): readonly Tick[] => [...trades, closing(trades)]

const shuffled = market.chain(trades =>
  fc.record({
    trades: fc.constant(trades),
    order: fc.shuffledSubarray([...trades], { minLength: trades.length, maxLength: trades.length }),
    again: fc.subarray([...trades])
  })
)

/** The same with trades that never come and are given up in the end, and heartbeats in between. */
const eventful = shuffled.chain(({ trades, order, again }) =>
  fc
    .tuple(fc.subarray(trades.slice(1)), fc.array(fc.nat({ max: 60 }), { maxLength: 6 }))
    .map(([dropped, beatAt]): readonly Tick[] => {
      const beats = new Set(beatAt)
      let [id, time] = [0, 0]
      const arrived = [...order, ...again]
        .filter(one => !dropped.includes(one))
        .flatMap((one, n): readonly Tick[] => {
          id = Math.max(id, Number(one.id))
          time = Math.max(time, one.time)
          return beats.has(n) ? [one, heartbeat(id, time)] : [one]
        })
      const givenUp = dropped.map(one => lost(Number(one.id), Number(one.id), end(trades)))
      return [...arrived, ...givenUp, closing(trades)]
    })
)

/** The same, where a trade that never comes is given up at any moment since an older and a newer one have come. */
const giving = shuffled.chain(({ trades, order, again }) =>
  fc
    .tuple(fc.subarray(trades.slice(1, -1)), fc.array(fc.nat({ max: 80 }), { minLength: trades.length }))
    .map(([dropped, delays]): readonly Tick[] => {
      const arriving = [...order, ...again].filter(one => !dropped.includes(one))
      const waiting = dropped.map((one, n) => ({ id: Number(one.id), at: delays[n] ?? 0 }))
      let [first, id, time] = [Number.POSITIVE_INFINITY, 0, 0]
      const arrived = arriving.flatMap((one, n): readonly Tick[] => {
        first = Math.min(first, Number(one.id))
        id = Math.max(id, Number(one.id))
        time = Math.max(time, one.time)
        const due = waiting.filter(lost => lost.id > first && lost.id < id && lost.at <= n)
        for (const lost of due) waiting.splice(waiting.indexOf(lost), 1)
        return [one, ...due.map(lostOne => lost(lostOne.id, lostOne.id, time))]
      })
      return [...arrived, ...waiting.map(one => lost(one.id, one.id, end(trades))), closing(trades)]
    })
)

const unlessFirst = (candle: Candle, trades: readonly Trade[]) => {
  const first = Math.min(...trades.slice(0, 1).map(t => t.time))
  return candle.openTime <= first && first < candle.closeTime ? 'partial' : undefined
}

describe('the aggregate topology', () => {
  processorContract({
    topology,
    records: shuffled.map(({ trades, order, again }) => [...order, ...again, closing(trades)])
  })
})

describe('the aggregate topology with holes, heartbeats and trades given up', () => {
  processorContract({ name: 'aggregate', topology, records: eventful })

  test('says of every window how many of its trades can be missing', () => {
    fc.assert(
      fc.property(eventful, ticks => {
        const missing = ticks.filter(tick => 'fromId' in tick).length
        for (const [, candle] of newest(finals(ticks))) {
          if (candle.status === 'gap') expect(candle.missing).toBeLessThanOrEqual(missing)
          if (candle.status === 'traded' || candle.status === 'backfilled') {
            expect(Number(candle.lastTradeId) - Number(candle.firstTradeId) + 1).toBeGreaterThanOrEqual(
              candle.tradeCount
            )
          }
        }
      }),
      { numRuns: 100 }
    )
  })
})

describe('the aggregate topology with trades given up at any moment', () => {
  processorContract({ topology, records: giving })

  test('says of every window exactly how many of its trades can be missing', () => {
    fc.assert(
      fc.property(giving, ticks => {
        const lostRuns = lostOf(ticks, [...new Map(ticks.filter(isTrade).map(one => [one.id, one])).values()])
        for (const [, candle] of newest(finals(ticks))) {
          if (candle.status !== 'partial')
            expect(candle.missing ?? null).toBe(expectedMissing(lostRuns, candle.openTime, candle.closeTime))
        }
      }),
      { numRuns: 500 }
    )
  })
})

describe('candles of a symbol', () => {
  test('equal a fold over the sorted trades, whatever the market', () => {
    fc.assert(
      fc.property(market, trades => {
        const published = contents(finals(sorted(trades)))
        for (const interval of INTERVALS as readonly Interval[]) {
          for (const want of oracleCandles(trades, interval, end(trades) + 90_000)) {
            expect(published.get(`${interval} ${want.openTime}`)).toMatchObject(want)
          }
        }
      }),
      { numRuns: 100 }
    )
  })

  test('are the same in any order of arrival and with any repetition', () => {
    fc.assert(
      fc.property(shuffled, ({ trades, order, again }) => {
        const straight = finals(sorted(trades))
        const mixed = finals([...order, ...again, closing(trades)])
        expect(contents(mixed)).toEqual(contents(straight))
        for (const [, candle] of newest(mixed)) {
          const partial = unlessFirst(candle, trades)
          expect(partial ? [partial] : ['traded', 'backfilled', 'empty']).toContain(candle.status)
        }
      }),
      { numRuns: 200 }
    )
  })

  test('carry one final a revision, rising by one', () => {
    fc.assert(
      fc.property(shuffled, ({ trades, order, again }) => {
        for (const list of finals([...order, ...again, closing(trades)]).values()) {
          expect(list.map(candle => candle.revision)).toEqual(list.map((_, n) => n))
        }
      }),
      { numRuns: 100 }
    )
  })

  test('count every trade once: their tradeCounts add up to the number of trades', () => {
    fc.assert(
      fc.property(shuffled, ({ trades, order, again }) => {
        const end90 = heartbeat(1000 + trades.length - 1, end(trades) + 2 * 86_400_000)
        const wide = aggregate({ ...options, intervals: ['1m', '1d'] })
        const counts = new Map<string, number>()
        for (const { value } of drive(wide, [...order, ...again, end90]).outputs) {
          const candle = JSON.parse(value ?? '') as Candle
          counts.set(`${candle.interval} ${candle.openTime}`, candle.tradeCount)
        }
        const sum = (interval: Interval) =>
          [...counts].filter(([key]) => key.startsWith(`${interval} `)).reduce((n, [, count]) => n + count, 0)
        expect([sum('1m'), sum('1d')]).toEqual([trades.length, trades.length])
      }),
      { numRuns: 60 }
    )
  })

  test('rolled up by way of fine intervals equal candles built from the trades of that interval alone', () => {
    fc.assert(
      fc.property(shuffled, ({ trades, order, again }) => {
        const records = [...order, ...again, closing(trades)]
        const all = contents(finals(records))
        for (const interval of ['5s', '1m', '15m'] as const)
          for (const [key, candle] of newestAlone(interval, records)) expect(all.get(key)).toEqual(content(candle))
      }),
      { numRuns: 100 }
    )
  })
})
