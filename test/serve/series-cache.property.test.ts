import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { epochMs } from '../../src/market/time.ts'
import { supersedes } from '../../src/serve/live/live-tail.ts'
import { limitTo, type Origin, type TimeRange, windowSeriesKey } from '../../src/serve/store/series.ts'
import { createSeriesCache } from '../../src/serve/store/series-cache.ts'
import { candleAt } from '../support/candles.ts'
import { fakeClock } from '../support/fake-clock.ts'

const SERIES = { exchange: 'binance', symbol: 'BTC/USDT', interval: '1m' } as const

/** A topic of revisions, and a database that has stored it up to some offset. */
const scene = (records: readonly Candle[]) => {
  let next = 0
  const database = (): readonly Candle[] => {
    const rows = new Map<number, Candle>()
    for (const candle of records.slice(0, next).filter(({ final }) => final)) {
      const known = rows.get(candle.openTime)
      if (!known || known.revision < candle.revision) rows.set(candle.openTime, candle)
    }
    return [...rows.values()].sort((a, b) => a.openTime - b.openTime)
  }
  const load = async (_: unknown, { from, to, limit }: TimeRange): Promise<readonly Candle[]> => {
    const within = database().filter(
      ({ openTime }) => (from === null || openTime >= from) && (to === null || openTime < to)
    )
    return limitTo(within, { from, to, limit })
  }
  const isStored = ({ offset }: Origin): boolean => offset < BigInt(next)
  const cache = createSeriesCache<typeof SERIES, Candle>({
    keyOf: windowSeriesKey,
    supersedes,
    load,
    isStored,
    clock: fakeClock()
  })
  return {
    cache,
    store: (upTo: number) => {
      next = Math.max(next, upTo)
    },
    put: (offset: number) =>
      cache.upsert(SERIES, records[offset]!, { topic: 'ohlcv_1m', partition: 0, offset: BigInt(offset) })
  }
}

const newestOf = (records: readonly Candle[]): readonly Candle[] => {
  const newest = new Map<number, Candle>()
  for (const candle of records) {
    const known = newest.get(candle.openTime)
    if (!known || supersedes(known, candle)) newest.set(candle.openTime, candle)
  }
  return [...newest.values()].sort((a, b) => a.openTime - b.openTime)
}

const openTimeOf = (n: number) => candleAt(n).openTime

/** Windows in order, each open a while, then final; some are revised later. */
const topic = fc
  .array(fc.record({ openings: fc.integer({ min: 0, max: 2 }), revises: fc.option(fc.integer({ min: 0, max: 30 })) }), {
    minLength: 1,
    maxLength: 60
  })
  .map(windows => {
    const revisions = new Map<number, number>()
    return windows.flatMap(({ openings, revises }, n) => {
      const own = [
        ...Array.from({ length: openings }, (_, at) => candleAt(n, { final: false, tradeCount: at + 1 })),
        candleAt(n)
      ]
      if (revises === null || revises > n) return own
      const revision = (revisions.get(revises) ?? 0) + 1
      revisions.set(revises, revision)
      return [...own, candleAt(revises, { revision, volume: '7' })]
    })
  })

const asked = fc.record({
  from: fc.option(fc.integer({ min: -5, max: 65 })),
  to: fc.option(fc.integer({ min: -5, max: 65 })),
  limit: fc.integer({ min: 1, max: 70 })
})

type Asked = { readonly from: number | null; readonly to: number | null; readonly limit: number }

const timeRangeOf = ({ from, to, limit }: Asked): TimeRange => ({
  from: from === null ? null : openTimeOf(from),
  to: to === null ? null : openTimeOf(to),
  limit
})

const shareStream = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }))

/**
 * Reads the topic bit by bit from somewhere on, while the database follows, and asks between. `ahead`: the database may be further than
 * what was read. Calls back with each answer, and with what a reader may expect of it.
 */
const play = async (
  records: readonly Candle[],
  questions: readonly Asked[],
  share: () => number,
  ahead: number,
  check: (answer: readonly Candle[], known: readonly Candle[], timeRange: TimeRange) => void
): Promise<void> => {
  const { cache, store, put } = scene(records)
  const begin = Math.floor(share() * records.length)
  store(begin)
  const before = records.slice(0, begin).filter(({ final }) => final)
  let read = begin
  for (const question of questions) {
    const until = Math.min(records.length, read + Math.floor(share() * records.length))
    for (; read < until; read++) {
      put(read)
      if (share() < 0.3) store(Math.min(read + 1 + ahead, Math.floor(share() * (read + 2 + ahead))))
    }
    const timeRange = timeRangeOf(question)
    const isWithin = ({ openTime }: Candle): boolean =>
      openTime >= (timeRange.from ?? 0) && openTime < (timeRange.to ?? Number.POSITIVE_INFINITY)
    const known = newestOf([...before, ...records.slice(begin, read)]).filter(isWithin)
    check(await cache.ask(SERIES, timeRange), known, timeRange)
  }
}

const questions = fc.array(asked, { minLength: 1, maxLength: 6 })

describe('what is stored and what is new', () => {
  test('join without a seam: wherever the database stands, whenever it is asked, no window is missing and none comes twice', async () => {
    await fc.assert(
      fc.asyncProperty(topic, questions, shareStream, (records, of, shares) =>
        play(
          records,
          of,
          () => shares.next().value ?? 0,
          0,
          (answer, known, timeRange) => {
            expect(answer).toEqual(limitTo(known, timeRange))
          }
        )
      ),
      { numRuns: 500 }
    )
  })

  test('a database that is ahead of the edge adds what it knows, and takes nothing away', async () => {
    await fc.assert(
      fc.asyncProperty(topic, questions, shareStream, (records, of, shares) =>
        play(
          records,
          of,
          () => shares.next().value ?? 0,
          20,
          (answer, known, timeRange) => {
            const times = answer.map(({ openTime }) => openTime)
            expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
            const [first = 0, last = Number.POSITIVE_INFINITY] = [times[0], times.at(-1)]
            const isFull = answer.length === timeRange.limit
            const due = known.filter(({ openTime }) => !isFull || (openTime >= first && openTime <= last))
            for (const candle of due) expect(times).toContain(candle.openTime)
          }
        )
      ),
      { numRuns: 500 }
    )
  })

  test('what the database lacks stays, however much comes; what it has makes room', async () => {
    const records = Array.from({ length: 100 }, (_, n) => candleAt(n))
    const { cache, store, put } = scene(records)
    for (const n of records.keys()) put(n)
    expect(cache.newest(SERIES, 1_000)).toHaveLength(100)
    store(100)
    cache.upsert(SERIES, candleAt(100), { topic: 'ohlcv_1m', partition: 0, offset: 100n })
    expect(cache.newest(SERIES, 1_000).length).toBeLessThan(10)
    expect(await cache.ask(SERIES, { from: null, to: null, limit: 500 })).toHaveLength(101)
  })

  test("the exchange's own, heard last at the edge, gives way to ours that is stored; and what is stored to a revision", async () => {
    const ours = candleAt(1)
    const revised = candleAt(2, { revision: 1 })
    const cache = createSeriesCache<typeof SERIES, Candle>({
      keyOf: windowSeriesKey,
      supersedes,
      load: async () => [ours, candleAt(2)],
      isStored: () => true,
      clock: fakeClock()
    })
    const theirs = candleAt(1, { revision: -1, status: 'exchange' })
    cache.upsert(SERIES, theirs, { topic: 'exchange_klines', partition: 0, offset: 1n })
    cache.upsert(SERIES, revised, { topic: 'ohlcv_1m', partition: 0, offset: 9n })
    expect(await cache.ask(SERIES, { from: null, to: null, limit: 5 })).toEqual([ours, revised])
  })

  test('what the database knew stands until the edge says otherwise', () => {
    const { cache, put } = scene([candleAt(0), candleAt(1, { volume: '7' })])
    cache.preload(SERIES, [candleAt(1)])
    expect(cache.heads()).toEqual([candleAt(1)])
    put(1)
    cache.preload(SERIES, [candleAt(1)])
    expect(cache.heads()).toEqual([candleAt(1, { volume: '7' })])
  })

  test('without a database it tells what it holds', async () => {
    const cache = createSeriesCache<typeof SERIES, Candle>({
      keyOf: windowSeriesKey,
      supersedes,
      load: undefined,
      isStored: () => true,
      clock: fakeClock()
    })
    cache.upsert(SERIES, candleAt(1), { topic: 'ohlcv_1m', partition: 0, offset: 1n })
    expect(await cache.ask(SERIES, { from: null, to: epochMs(openTimeOf(1) + 1), limit: 5 })).toEqual([candleAt(1)])
  })

  test('a database that does not answer once is asked again', async () => {
    let fails = true
    const load = async () => {
      if (fails) throw new Error('away')
      return [candleAt(0)]
    }
    const cache = createSeriesCache<typeof SERIES, Candle>({
      keyOf: windowSeriesKey,
      supersedes,
      load,
      isStored: () => true,
      clock: fakeClock()
    })
    const timeRange = { from: null, to: null, limit: 5 }
    await expect(cache.ask(SERIES, timeRange)).rejects.toThrow('away')
    fails = false
    expect(await cache.ask(SERIES, timeRange)).toEqual([candleAt(0)])
  })
})
