import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { isTrade, type Tick, type Trade } from '../../src/market/records/feed/trade.ts'
import { processorContract } from '../contract/processor-contract.ts'
import { placed } from '../faults/oracles/in-one-order.ts'
import { expectedMissing, lostOf } from '../faults/oracles/lost-trades.ts'
import { drive } from '../support/drive.ts'
import { DAY, heartbeat, lost, trade } from '../support/market.ts'

const topology = aggregate({ intervals: ['1s', '5s', '1m'], gapHoldMs: 3_000, revisionHorizonMs: 3_600_000 })

const FIRST = 1_000

/** Consecutive ids, times that mostly rise. */
const market: fc.Arbitrary<readonly Trade[]> = fc
  .array(fc.oneof(fc.nat(700), fc.integer({ min: -300, max: 9_000 })), { minLength: 2, maxLength: 25 })
  .map(steps => {
    let time = DAY
    return steps.map((ms, n) => {
      time += n === 0 ? 0 : ms
      return trade(FIRST + n, time)
    })
  })

/** Heartbeats that name any trade, most of them true: from when it was printed on, and before the next one was. */
const heartbeats = (trades: readonly Trade[]): fc.Arbitrary<readonly Tick[]> =>
  fc.array(
    fc
      .tuple(fc.nat(trades.length - 1), fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(-0.5, 3)))
      .map(([n, part]) => {
        const [from, to] = [trades[n]!.time, trades[n + 1]?.time ?? trades[n]!.time + 5_000]
        return heartbeat(FIRST + n, Math.round(from + part * (to - from)))
      }),
    { maxLength: 12 }
  )

/** Runs of ids that are given up; what is not missing may be among them. */
const givenUp = (trades: readonly Trade[]): fc.Arbitrary<readonly Tick[]> =>
  fc.array(
    fc.tuple(fc.integer({ min: 1, max: trades.length - 1 }), fc.nat(3)).map(([n, more]) => {
      const to = Math.min(n + more, trades.length - 1)
      return lost(FIRST + n, FIRST + to, trades[to]!.time)
    }),
    { maxLength: 4 }
  )

/** The ids from `start` on begin anew with 0, in the next epoch; a run of both chains is two. */
const beginAnew =
  (start: number) =>
  (tick: Tick): readonly Tick[] => {
    const at = (id: string | null): string => String(Number(id) - start)
    if (isTrade(tick)) return [Number(tick.id) < start ? tick : { ...tick, id: at(tick.id), epoch: 1 }]
    if (tick.kind === 'heartbeat')
      return [Number(tick.lastId) < start ? tick : { ...tick, lastId: at(tick.lastId), epoch: 1 }]
    const [from, to] = [Number(tick.fromId), Number(tick.toId)]
    const old = from < start ? [{ ...tick, toId: String(Math.min(to, start - 1)) }] : []
    return to < start
      ? old
      : [...old, { ...tick, fromId: at(String(Math.max(from, start))), toId: at(tick.toId), epoch: 1 }]
  }

type Scene = { readonly first: Trade; readonly rest: readonly Tick[]; readonly last: readonly Tick[] }

/** Trades of one chain of ids or two, of which some never come and are given up, some come twice, some after they were given up. */
const scene: fc.Arbitrary<Scene> = market.chain(trades =>
  fc
    .tuple(
      fc.subarray(trades.slice(1)),
      fc.subarray([...trades]),
      heartbeats(trades),
      givenUp(trades),
      fc.option(fc.integer({ min: 1, max: trades.length - 1 }))
    )
    .map(([gone, again, beats, given, anew]) => {
      const end = Math.max(...trades.map(({ time }) => time))
      const come = [...trades.slice(1), ...again].filter(one => !gone.includes(one))
      const gaps = gone.map(({ id }) => lost(Number(id), Number(id), end))
      const chains = beginAnew(anew === null ? Number.POSITIVE_INFINITY : FIRST + anew)
      return {
        first: trades[0]!,
        rest: [...come, ...beats, ...gaps, ...given].flatMap(chains),
        last: chains(heartbeat(FIRST + trades.length - 1, end + 70_000))
      }
    })
)

const shuffled = ({ first, rest, last }: Scene): fc.Arbitrary<readonly Tick[]> =>
  fc
    .shuffledSubarray([...rest], { minLength: rest.length, maxLength: rest.length })
    .map(order => [first, ...order, ...last])

const ticksInAnyOrder = scene.chain(shuffled)

/** The newest final of every window. */
const newest = (ticks: readonly Tick[]): ReadonlyMap<string, Candle> =>
  new Map(
    drive(topology, ticks).outputs.map(({ value }) => {
      const candle = JSON.parse(value ?? 'null') as Candle
      return [`${candle.interval} ${candle.openTime}`, candle]
    })
  )

/** How a candle came about depends on the order, what it says of the market does not. */
const content = ({ revision, status, ...rest }: Candle) => ({
  ...rest,
  status: status === 'backfilled' ? 'traded' : status
})

describe('the aggregate topology with trades, heartbeats and lost trades in any order', () => {
  processorContract({ topology, records: ticksInAnyOrder })

  test('says of every window exactly how many of its trades can be missing, as the nearest trades and heartbeats tell', () => {
    fc.assert(
      fc.property(ticksInAnyOrder, ticks => {
        const all = ticks.map(placed)
        const runs = lostOf(all, [...new Map(all.filter(isTrade).map(one => [one.id, one])).values()])
        for (const { status, missing, openTime, closeTime } of newest(ticks).values()) {
          const most = expectedMissing(runs, openTime, closeTime)
          if (status !== 'partial') expect([status === 'gap', missing ?? 0]).toEqual([most !== null, most ?? 0])
        }
      }),
      { numRuns: 400 }
    )
  })

  test('publishes the same in every order', () => {
    const twoOrders = scene.chain(one => fc.tuple(shuffled(one), shuffled(one)))
    fc.assert(
      fc.property(twoOrders, ([one, other]) => {
        const contents = (ticks: readonly Tick[]) => new Map([...newest(ticks)].map(([key, of]) => [key, content(of)]))
        expect(contents(other)).toEqual(contents(one))
      }),
      { numRuns: 200 }
    )
  })
})
