import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Tick, Trade } from '../../src/market/records/feed/trade.ts'
import { processorContract } from '../contract/processor-contract.ts'
import { oracleCandles } from '../support/candle-oracle.ts'
import { type DriveOptions, drive } from '../support/drive.ts'
import { DAY, heartbeat, lost, trade } from '../support/market.ts'

/** Horizon and patience are short, so that gaps outlive both by far. */
const options = { intervals: ['1s', '5s', '1m'], gapHoldMs: 1_000, revisionHorizonMs: 3_000 } as const
const topology = aggregate(options)

const trades = fc
  .array(fc.oneof(fc.nat(900), fc.integer({ min: 1_000, max: 9_000 })), { minLength: 8, maxLength: 60 })
  .map(steps => {
    let time = DAY + 50_000
    return steps.map((ms, n) => {
      time += ms
      return trade(1_000 + n, time, { price: String(100 + ((n * 7) % 13)) })
    })
  })

type Scene = { readonly trades: readonly Trade[]; readonly ticks: readonly Tick[] }

const closing = (all: readonly Trade[]) => heartbeat(Number(all.at(-1)!.id), all.at(-1)!.time + 70_000)

/** What a true exchange says: the newest trade of that time, whether it came or not. */
const beatAt = (all: readonly Trade[], time: number) =>
  heartbeat(Math.max(...all.filter(one => one.time <= time).map(({ id }) => Number(id))), time)

/** Some trades come up to fifty records late; heartbeats stand between the others. */
const late: fc.Arbitrary<Scene> = trades.chain(all =>
  fc
    .tuple(fc.subarray(all.slice(1)), fc.array(fc.nat(50), { minLength: all.length }), fc.infiniteStream(fc.boolean()))
    .map(([behind, delays, beats]) => {
      const waiting = behind.map((one, n) => ({ one, at: Number(one.id) - 1_000 + delays[n]! }))
      const onTime = all.filter(one => !behind.includes(one))
      const ticks = onTime.flatMap((one, n): readonly Tick[] => {
        const due = waiting.filter(({ at }) => at <= n)
        for (const some of due) waiting.splice(waiting.indexOf(some), 1)
        const beat = beats.next().value ? [beatAt(all, one.time + 200)] : []
        return [one, ...beat, ...due.map(({ one: behindOne }) => behindOne)]
      })
      return { trades: all, ticks: [...ticks, closing(all), ...waiting.map(({ one }) => one), closing(all)] }
    })
)

/** Some never come, and some of those are given up at the end. */
const never: fc.Arbitrary<Scene> = late.chain(scene =>
  fc.tuple(fc.subarray(scene.trades.slice(1, -1)), fc.boolean()).map(([gone, givesUp]) => {
    const end = scene.trades.at(-1)!.time
    const ids = gone.map(({ id }) => Number(id))
    const givenUp = givesUp ? ids.map(id => lost(id, id, end)) : []
    return {
      ...scene,
      ticks: [...scene.ticks.filter(tick => !gone.includes(tick as Trade)), ...givenUp, closing(scene.trades)]
    }
  })
)

const newest = (ticks: readonly Tick[], how: DriveOptions = {}) => {
  const { outputs, rejected } = drive(topology, ticks, how)
  const candles = outputs.map(({ value }) => JSON.parse(value ?? 'null') as Candle)
  return { rejected, candles: new Map(candles.map(candle => [`${candle.interval} ${candle.openTime}`, candle])) }
}

describe('the aggregate topology with gaps that outlive the horizon', () => {
  processorContract({ topology, records: late.map(({ ticks }) => ticks) })
})

describe('the aggregate topology with gaps that nobody fills', () => {
  processorContract({ name: 'aggregate-open-gaps', topology, records: never.map(({ ticks }) => ticks) })
})

describe('a gap that is filled long after the horizon', () => {
  test('leaves the candles that one never there had left, and refuses no trade', () => {
    fc.assert(
      fc.property(late, fc.integer({ min: 1, max: 9 }), (scene, commitEvery) => {
        const { candles, rejected } = newest(scene.ticks, { commitEvery })
        expect(rejected).toEqual([])
        for (const interval of options.intervals) {
          for (const want of oracleCandles(scene.trades, interval, scene.trades.at(-1)!.time + 70_000))
            expect(candles.get(`${interval} ${want.openTime}`)).toMatchObject(want)
        }
        expect([...candles.values()].filter(({ status }) => status === 'gap')).toEqual([])
      }),
      { numRuns: 300 }
    )
  })
})

describe('a window of which a trade never came', () => {
  test('is never called whole', () => {
    fc.assert(
      fc.property(never, fc.integer({ min: 1, max: 9 }), ({ trades: all, ticks }, commitEvery) => {
        for (const candle of newest(ticks, { commitEvery }).candles.values()) {
          const inside = all.filter(({ time }) => time >= candle.openTime && time < candle.closeTime).length
          if (candle.status === 'traded' || candle.status === 'backfilled' || candle.status === 'empty')
            expect(candle.tradeCount).toBe(inside)
        }
      }),
      { numRuns: 300 }
    )
  })
})
