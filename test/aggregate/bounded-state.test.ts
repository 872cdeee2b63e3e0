import { describe, expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { countedOf } from '../../src/aggregate/state/counted.ts'
import { windowAt } from '../../src/aggregate/state/series.ts'
import { HEAD } from '../../src/aggregate/state/state-codec.ts'
import { INTERVALS } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { DAY, heartbeat, lost, trade } from '../support/market.ts'

const KEY = 'binance:BTC/USDT'
const { processor, state: codec } = aggregate({ intervals: INTERVALS, gapHoldMs: 60_000, revisionHorizonMs: 600_000 })

/** Keeps what is committed of a symbol, as its state topic does. */
const keep = () => {
  const parts = new Map<string, string>()
  let largest = 0
  const commit = (state: ReturnType<typeof processor.init>): void => {
    for (const { name, value } of codec.changes(state)) {
      if (value === null) parts.delete(name)
      else parts.set(name, value)
      largest = Math.max(largest, value?.length ?? 0)
    }
  }
  const stored = (): number => [...parts].reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return { parts, commit, stored, largest: () => largest }
}

/** Feeds records, committing now and then; what was refused of them. */
const feed = (ticks: Iterable<Tick>, every = 20, state = processor.init(KEY), kept = keep()) => {
  const reasons: string[] = []
  const minutes: Candle[] = []
  let n = 0
  for (const tick of ticks) {
    const { reject, emit } = processor.step(state, tick)
    minutes.push(...emit.filter(({ interval }) => interval === '1m'))
    if (reject) reasons.push(`${reject.reason}: ${reject.detail}`)
    if (++n % every === 0) kept.commit(state)
  }
  kept.commit(state)
  return { state, kept, reasons, minutes }
}

/** A trade a second, but for those that are missing. */
function* everySecond(seconds: number, isMissing: (n: number) => boolean = () => false) {
  for (let n = 0; n < seconds; n++) if (!isMissing(n)) yield trade(1_000 + n, DAY + n * 1_000)
}

const HOUR = 3_600

describe('the state of a symbol with a gap that nothing fills', () => {
  test('is after three and after six hours what it is without one, but for the windows that the gap touches', () => {
    const without = feed(everySecond(3 * HOUR)).kept.stored()
    const isMissing = (n: number): boolean => n >= 900 && n < 903
    expect(feed(everySecond(3 * HOUR, isMissing)).kept.stored()).toBeLessThan(1.15 * without)
    expect(feed(everySecond(6 * HOUR, isMissing)).kept.stored()).toBeLessThan(1.15 * without)
  })

  test('still takes its trades hours later, and leaves then no more than one without', () => {
    const { state, kept } = feed(everySecond(3 * HOUR, n => n === 900))
    const emitted = processor.step(state, trade(1_900, DAY + 900_000, { via: 'history' })).emit
    const twice = ['5s', '10s', '30s', '1m', '5m'].flatMap(interval => [interval, interval])
    expect(emitted.filter(({ status }) => status === 'backfilled').map(({ interval }) => interval)).toEqual([
      '1s',
      '1s',
      '1s',
      ...twice,
      '15m'
    ])
    kept.commit(state)
    expect(kept.stored()).toBeLessThan(1.02 * feed(everySecond(3 * HOUR)).kept.stored())
  })

  test('that spans six hours keeps two hours of each interval to be filled, and says so of the others', () => {
    const after = heartbeat(1_000 + 6 * HOUR, DAY + 6 * HOUR * 1_000)
    function* ticks() {
      yield trade(1_000, DAY)
      yield after
      for (let n = 1; n < 900; n++) yield trade(1_000 + 6 * HOUR + n, after.time + n * 1_000)
    }
    const { kept, reasons, state } = feed(ticks())
    expect(reasons.length).toBeGreaterThan(0)
    expect(reasons[0]).toMatch(
      /^gap-for-good: 1800 candles of 1s from 2024-08-09T00:00:00.000Z on, before .*: more than 7200 wait/
    )
    expect(kept.stored()).toBeLessThan(1_200_000)
    const early = processor.step(state, trade(1_001, DAY + 61_000, { via: 'history' }))
    expect(early.reject).toBeUndefined()
    expect(processor.step(state, lost(1_002, 1_000 + 6 * HOUR, after.time)).reject).toBeUndefined()
    kept.commit(state)
    expect(kept.stored()).toBeLessThan(200_000)
  })
})

describe('the state of a symbol with very many gaps', () => {
  /** Every other trade, with ids that begin anew after `ofFirstChain` of them. */
  const alternate = (gaps: number, everyMs: number, ofFirstChain = Number.POSITIVE_INFINITY) =>
    feed(
      (function* () {
        for (let n = 0; n < gaps; n++) {
          const isFirst = n < ofFirstChain
          yield trade(1_000 + 2 * (isFirst ? n : n - ofFirstChain), DAY + n * everyMs, isFirst ? {} : { epoch: 1 })
        }
      })(),
      500
    )

  test('has no record of more than 100 kB with 6,100 of them, and knows each after a restore', () => {
    const { kept } = alternate(6_100, 100)
    expect(kept.largest()).toBeLessThan(100_000)
    const { ledger } = codec.restore(KEY, kept.parts)
    expect(ledger?.gaps).toHaveLength(6_099)
    expect(ledger?.gaps[3_000]).toMatchObject({ fromId: 7_001, toId: 7_001, beforeTime: DAY + 300_000 })
    expect(countedOf(kept.parts)?.gaps).toHaveLength(6_099)
  })

  test('is bounded: of 20,000 the oldest stay for good, which is said, and wide candles still count what is missing', () => {
    const { kept, reasons, state, minutes } = alternate(20_000, 10)
    expect(kept.largest()).toBeLessThan(100_000)
    expect(state.ledger?.gaps.length).toBeLessThanOrEqual(10_000)
    expect(reasons[0]).toMatch(/^gap-for-good: the oldest 10\d\d gaps, from trade 1001 to \d+, stay for good/)
    expect(minutes.find(({ openTime }) => openTime === DAY + 60_000)).toMatchObject({
      status: 'gap',
      tradeCount: 6_000,
      missing: 6_001
    })
  })

  test('is bounded where ids began anew as well: what lay between the chains stays a gap, of at least one', () => {
    const { reasons, state } = alternate(20_000, 10, 8_000)
    expect(reasons.at(-1)).toMatch(/^gap-for-good: the oldest \d+ gaps, from trade \d{1,5} to \d{1,5}, stay for good/)
    const minute = state.series.find(({ interval }) => interval === '1m')!
    const { missingForGood } = windowAt(minute, DAY + 60_000)
    expect(missingForGood).toBeGreaterThan(4_000)
    expect(missingForGood).toBeLessThanOrEqual(6_001)
  })
})

describe("yesterday's state", () => {
  /** As it was written before gaps had parts of their own and windows were pinned: every window behind the first gap is kept. */
  const yesterday = () => {
    const { kept, state } = feed(everySecond(2 * HOUR, n => n > 600 && n % 2 === 1 && n < 1_600))
    const parts = new Map([...kept.parts].filter(([name]) => !name.startsWith('holes/')))
    const head = JSON.parse(kept.parts.get(HEAD)!) as { ledger: object; series: unknown[][] }
    parts.set(
      HEAD,
      JSON.stringify({
        ...head,
        ledger: { ...head.ledger, holes: state.ledger?.gaps },
        series: head.series.map(([closedTo, , begin, lastClose], level) => [
          closedTo,
          state.series[level]!.pinnedFrom,
          begin,
          lastClose
        ])
      })
    )
    return parts
  }

  test('is read, and what it needs no more is forgotten at the first commit', () => {
    const parts = yesterday()
    expect(codec.restore(KEY, parts).ledger?.gaps).toHaveLength(500)
    const kept = keep()
    for (const [name, value] of parts) kept.parts.set(name, value)
    const state = codec.restore(KEY, parts)
    feed([trade(1_000 + 2 * HOUR, DAY + 2 * HOUR * 1_000)], 1, state, kept)
    expect(kept.parts.has('holes/1')).toBe(true)
    expect(kept.parts.get(HEAD)!.length).toBeLessThan(2_000)
    const again = codec.restore(KEY, kept.parts)
    expect(again.ledger).toEqual(state.ledger)
    for (const [level, series] of again.series.entries()) expect(series.pinned).toEqual(state.series[level]!.pinned)
  })
})
