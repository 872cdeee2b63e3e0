import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { aggregate, type MinuteKline } from '../../src/aggregate/aggregate.ts'
import { INTERVAL_MS, type Interval } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { isTrade, type Tick, type Trade } from '../../src/market/records/feed/trade.ts'
import { processorContract } from '../contract/processor-contract.ts'
import { oracleCandles } from '../support/candle-oracle.ts'
import { drive } from '../support/drive.ts'
import { unprovenHeartbeat as beat, DAY, minuteKline, trade } from '../support/market.ts'

type Input = Tick | MinuteKline

const MINUTE = 60_000
const INTERVALS = ['10s', '1m', '5m'] as const satisfies readonly Interval[]
const topology = aggregate({
  intervals: INTERVALS,
  gapHoldMs: 3_000,
  revisionHorizonMs: 3_600_000,
  hasChain: () => false
})

const isKline = (input: Input): input is MinuteKline => 'kind' in input && input.kind === 'kline'
const isPrint = (input: Input): input is Trade => !isKline(input) && isTrade(input)
const minuteOf = (time: number): number => time - (time % MINUTE)

/** The newest final of each window, by interval and open time. */
const newest = (records: readonly Input[]): ReadonlyMap<string, Candle> => {
  const candles = drive(topology, records).outputs.map(({ value }) => JSON.parse(value ?? '') as Candle)
  return new Map(candles.map(candle => [`${candle.interval} ${candle.openTime}`, candle]))
}

const quantity = fc.integer({ min: 1, max: 9_999_999 }).map(n => String(n / 1000))
const step = fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1_000, max: 150_000 }))

/** What an exchange printed: its first trade in its first minute, ids of no order. */
const market = fc
  .array(fc.tuple(step, fc.integer({ min: 1, max: 999_999 }), quantity, fc.boolean()), { minLength: 2, maxLength: 40 })
  .map(steps => {
    let time = DAY + 5_000
    return steps.map(([ms, cents, size, buy], n) => {
      time += n === 0 ? 0 : ms
      return trade((n * 7_919) % 104_729, time, {
        price: String(cents / 100),
        quantity: size,
        side: buy ? 'buy' : 'sell'
      })
    })
  })

/** The exchange's own minutes of what it printed, from the first to the one of `until`. */
const klinesOf = (trades: readonly Trade[], until: number): readonly MinuteKline[] =>
  oracleCandles(trades, '1m', minuteOf(until) + MINUTE).map(({ openTime, volume, quoteVolume, tradeCount }) =>
    minuteKline(openTime, { volume, quoteVolume, tradeCount })
  )

/** Trades, heartbeats and the exchange's minutes in any order, some more than once; trades that never came; all is over in the end. */
const scene = market.chain(trades => {
  const until = trades.at(-1)!.time
  const klines = klinesOf(trades, until)
  return fc
    .record({
      lost: fc.subarray(trades.slice(1)),
      again: fc.subarray([...trades]),
      beats: fc.array(fc.integer({ min: DAY, max: until }), { maxLength: 6 }),
      twice: fc.subarray([...klines])
    })
    .chain(({ lost, again, beats, twice }) => {
      const arriving = [...trades, ...again].filter(one => !lost.includes(one))
      const all: Input[] = [...arriving, ...beats.map(beat), ...klines, ...twice]
      return fc
        .shuffledSubarray(all, { minLength: all.length, maxLength: all.length })
        .map(records => ({ trades, lost, records: [...records, beat(until + 10 * MINUTE)] }))
    })
})

type Scene = { readonly trades: readonly Trade[]; readonly lost: readonly Trade[]; readonly records: readonly Input[] }

/** What came, each once, numbered in the order of its coming, as the oracle breaks ties. */
const arrivedOf = (records: readonly Input[]): readonly Trade[] => {
  const first = new Map<string, Trade>()
  for (const one of records.filter(isPrint)) if (!first.has(one.id)) first.set(one.id, one)
  return [...first.values()].map((one, n) => ({ ...one, id: String(n) }))
}

const sum = (trades: readonly Trade[]): string => {
  const total = trades.reduce((of, one) => of + BigInt(Math.round(Number(one.quantity) * 1000)), 0n)
  return String(Number(total) / 1000)
}

/** What a window of a minute or more has to say, by what was lost of it. */
const expectedWords = ({ trades, lost }: Scene, { openTime, closeTime }: Candle) => {
  const isInside = ({ time }: Trade): boolean => time >= openTime && time < closeTime
  const short = lost.filter(isInside)
  if (short.length > 0) return { status: 'gap', missingVolume: sum(short) }
  const isOver = closeTime <= minuteOf(trades.at(-1)!.time) + MINUTE
  return isOver ? { status: 'matched', matchedBy: ['count', 'volume', 'quoteVolume'] } : { status: 'unproven' }
}

/** What the newest final of a window has to say. */
const dueWords = (given: Scene, candle: Candle, begin: number) => {
  if (candle.openTime <= begin && begin < candle.closeTime) return { status: 'partial' }
  return INTERVAL_MS[candle.interval] < MINUTE ? { status: 'unproven' } : expectedWords(given, candle)
}

const expectCandles = (given: Scene, interval: Interval): void => {
  const [arrived, found] = [arrivedOf(given.records), newest(given.records)]
  const begin = Math.min(...arrived.map(({ time }) => time))
  for (const { firstTradeId, lastTradeId, ...due } of oracleCandles(arrived, interval, endOf(given))) {
    const candle = found.get(`${interval} ${due.openTime}`)!
    expect(candle).toMatchObject({ ...due, ...dueWords(given, candle, begin) })
  }
}

const endOf = ({ trades }: Scene): number => trades.at(-1)!.time + 10 * MINUTE

describe('whatever comes in whatever order, once or twice', () => {
  test.each(INTERVALS)(
    'the newest finals of %s are the sums of what came, and say to the digit what is missing',
    interval => {
      fc.assert(
        fc.property(scene, given => expectCandles(given, interval)),
        { numRuns: 100 }
      )
    }
  )
})

processorContract({ name: 'aggregate-unnumbered', topology, records: scene.map(({ records }) => records) })
