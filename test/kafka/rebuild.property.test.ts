import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import type { Interval } from '../../src/market/interval.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { candles } from '../../src/topics.ts'
import { drive } from '../support/drive.ts'
import { unrulyMarket } from '../support/unruly-market.ts'

const CHOICES: readonly Interval[] = ['1s', '5s', '10s', '30s', '1m']

const build = (intervals: readonly Interval[]) => aggregate({ intervals, gapHoldMs: 3_000, revisionHorizonMs: 20_000 })

const marketOf = (seed: number): readonly Tick[] => {
  const market = unrulyMarket(seed, 2)
  return [...market.next(400), ...market.end()]
}

const intervals = fc.subarray([...CHOICES], { minLength: 1 })

/** What stands in the topic of an interval, in order. A wide candle is `backfilled` for a gap that only a finer one has shown. */
const inTopic = (outputs: ReturnType<typeof drive>['outputs'], interval: Interval): readonly string[] =>
  outputs.flatMap(({ topic, value }) =>
    topic === candles[interval].name && value !== null ? [value.replace('"backfilled"', '"traded"')] : []
  )

describe('a state of other settings is built anew', () => {
  test('whatever intervals are chosen one after the other, each publishes each candle once, to the last digit', () => {
    const settings = fc.array(fc.tuple(fc.nat({ max: 400 }), intervals), { minLength: 1, maxLength: 4 })
    const crashes = fc.array(fc.nat({ max: 400 }), { maxLength: 3 })
    fc.assert(
      fc.property(
        fc.nat(),
        intervals,
        settings,
        crashes,
        fc.integer({ min: 1, max: 40 }),
        (seed, first, later, crashAt, commitEvery) => {
          const ticks = marketOf(seed)
          const changes = new Map(later.map(([at, some]) => [at, build(some)]))
          const { outputs, rejected } = drive(build(first), ticks, { commitEvery, crashAt, changes })
          const inOrder = [...new Map(later).entries()].sort(([a], [b]) => a - b)
          const last = inOrder.at(-1)?.[1] ?? first
          const due = drive(build([...CHOICES]), ticks)
          for (const interval of CHOICES) {
            const [published, expected] = [inTopic(outputs, interval), inTopic(due.outputs, interval)]
            expect(published).toEqual(last.includes(interval) ? expected : expected.slice(0, published.length))
          }
          expect(rejected).toEqual(due.rejected)
        }
      ),
      { numRuns: 40 }
    )
  })
})
