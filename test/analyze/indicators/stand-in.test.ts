import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { analyzeIndicators } from '../../../src/analyze/analyze-indicators.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import { INDICATOR_FIGURES, type Indicators } from '../../../src/market/records/derived/indicators.ts'
import type { AnyCandle } from '../../../src/market/records/feed/exchange-kline.ts'
import { indicators } from '../../../src/topics.ts'
import { processorContract } from '../../contract/processor-contract.ts'
import { candleWalk } from '../../support/candle-walk.ts'
import { drive } from '../../support/drive.ts'
import { figureCandle } from '../../support/figure-candles.ts'

const topology = analyzeIndicators()

const published = (candles: readonly AnyCandle[]): readonly Indicators[] =>
  drive(topology, candles).outputs.map(({ value }) => indicators.codec.decode(Buffer.from(value ?? '')))

const figuresOf = (of: Indicators) => [of.openTime, ...INDICATOR_FIGURES.map(name => of[name])]

/** The figures of each candle as they were last published, in order of time. */
const last = (all: readonly Indicators[]) =>
  [...new Map(all.map(one => [one.openTime, figuresOf(one)])).values()].sort(([a], [b]) => Number(a) - Number(b))

const FIRST = 300
const walk = candleWalk(41, 340)
const own = walk.map(figures => figureCandle(figures))
const klines = walk.map(figures => figureCandle(figures, { status: 'exchange', revision: -1 }))
const straight = last(published(own))

describe("before our first candle the exchange's own stand in", () => {
  test('so that our first figures are those of a market that was always followed', () => {
    const all = published([...klines.slice(0, FIRST), ...own.slice(FIRST)])
    expect(all.map(({ openTime, revision }) => [openTime, revision])).toEqual(own.map(({ openTime }) => [openTime, 0]))
    expect(last(all)).toEqual(straight)
    expect(all[FIRST]).toMatchObject({ sma20: expect.any(Number), macdSignal: expect.any(Number) })
  })

  test('and say so, so that nobody is alerted of what was over before', () => {
    const all = published([...klines.slice(0, FIRST), ...own.slice(FIRST)])
    expect(all.map(({ standIn }) => standIn === true)).toEqual(own.map((_, n) => n < FIRST))
    const swapped = published([klines[0]!, own[0]!])
    expect(swapped.map(({ standIn, revision }) => [standIn, revision])).toEqual([
      [true, 0],
      [undefined, 1]
    ])
  })

  test('also where they come behind our first ones', () => {
    const all = [...own.slice(FIRST, FIRST + 5), ...klines.slice(0, FIRST), ...own.slice(FIRST + 5)]
    expect(last(published(all))).toEqual(straight)
  })

  test('and from our first one on they are ignored, however often they come', () => {
    const wrong = klines.map(kline => ({ ...kline, close: '1', low: '1' }))
    const live = own.slice(FIRST).flatMap((candle, n) => [candle, wrong[FIRST + n]!, klines[n]!])
    expect(last(published([...klines.slice(0, FIRST), ...live]))).toEqual(straight)
  })

  test('nothing stands in for wider candles', () => {
    expect(analyzeIndicators(['5m', '1h']).from.map(({ name }) => name)).toEqual(['ohlcv_5m', 'ohlcv_1h'])
  })
})

describe('of the minute that we joined', () => {
  const joined = figureCandle({ ...walk[FIRST]!, high: walk[FIRST]!.close, volume: 0.5 }, { status: 'partial' })
  const before = klines.slice(0, FIRST)

  test("the exchange's candle counts, and not the part that we saw", () => {
    const theirs = klines[FIRST]!
    expect(last(published([...before, joined, theirs]))).toEqual(straight.slice(0, FIRST + 1))
    expect(last(published([...before, theirs, joined]))).toEqual(straight.slice(0, FIRST + 1))
    expect(last(published([joined, ...before, theirs, ...own.slice(FIRST + 1)]))).toEqual(straight)
  })

  test('a whole candle of ours counts, whichever comes first', () => {
    const wrong = { ...klines[FIRST]!, close: '1', low: '1' }
    expect(last(published([...before, wrong, own[FIRST]!]))).toEqual(straight.slice(0, FIRST + 1))
    expect(last(published([...before, own[FIRST]!, wrong]))).toEqual(straight.slice(0, FIRST + 1))
  })
})

describe('candles of an exchange that tells less of them than ours', () => {
  const told: readonly AnyCandle[] = klines.map(kline => ({
    ...kline,
    quoteVolume: null,
    tradeCount: null,
    takerBuyVolume: null,
    takerBuyQuoteVolume: null
  }))
  const records = [...told.slice(0, FIRST), ...own.slice(FIRST)]
  const vwapAt = INDICATOR_FIGURES.indexOf('vwap') + 1

  test('warm all figures but the volume-weighted price, which is null until the day after', () => {
    const bare = (rows: ReturnType<typeof last>) =>
      rows.map(row => row.map((figure, at) => (at === vwapAt ? null : figure)))
    const made = last(published(records))
    expect(bare(made)).toEqual(bare(straight))
    const dayOf = (row: (typeof made)[number] | undefined): number => Math.floor(Number(row![0]) / 86_400_000)
    const [firstDay] = [dayOf(made[FIRST])]
    for (const [at, row] of made.entries())
      if (dayOf(row) === firstDay || at < FIRST) expect(row[vwapAt]).toBeNull()
      else expect(row[vwapAt]).toBe(straight[at]![vwapAt])
  })

  test('where they tell no volume, on-balance volume begins with ours', () => {
    const made = published(records.map((candle, n) => (n < FIRST ? { ...candle, volume: null } : candle)))
    expect(made.slice(0, FIRST).every(({ obv, vwap }) => obv === null && vwap === null)).toBe(true)
    expect(made[FIRST]).toMatchObject({ obv: 0, sma20: expect.any(Number), atr14: expect.any(Number) })
  })

  test('are so after a restart too', () => {
    const restarted = drive(topology, records, { commitEvery: 7, crashAt: [30, FIRST - 1, FIRST + 3] }).outputs
    const decoded = restarted.map(({ value }) => indicators.codec.decode(Buffer.from(value ?? '')))
    expect(last(decoded)).toEqual(last(published(records)))
  })
})

test('state from before there were such candles is ours alone', () => {
  const { processor, state: codec } = topology
  let state = processor.init('binance:BTC/USDT')
  for (const candle of own.slice(0, 3)) state = processor.step(state, candle).state
  const [part] = codec.changes(state)
  const { kept, standInEnd, ...rest } = JSON.parse(part?.value ?? '')
  const old = JSON.stringify({ ...rest, kept: kept.map((row: readonly number[]) => row.slice(0, 7)) })
  const restored = codec.restore('binance:BTC/USDT', new Map([['1m', old]]))
  expect(processor.step(restored, { ...klines[2]!, close: '1' }).emit).toEqual([])
  expect(processor.step(restored, own[3]!).emit).toEqual(processor.step(state, own[3]!).emit)
  expect(standInEnd).toBe(own[0]!.openTime)
})

/** Our candles from a minute on, in order, and klines before, between and behind them. */
const mixed: fc.Arbitrary<readonly Candle[]> = fc
  .record({
    from: fc.nat({ max: 60 }),
    partial: fc.boolean(),
    strays: fc.array(fc.tuple(fc.nat({ max: 90 }), fc.nat({ max: 60 })), { maxLength: 30 })
  })
  .map(({ from, partial, strays }) => {
    const live = own
      .slice(from, from + 30)
      .map((candle, n) => (n === 0 && partial ? { ...candle, status: 'partial' as const } : candle))
    const all: Candle[] = [...klines.slice(0, from), ...live]
    for (const [at, n] of strays) all.splice(at, 0, klines[n]!)
    return all
  })

describe('the contract of processors: indicators with candles of the exchange', () => {
  processorContract({ name: 'indicators-provisional', topology, records: mixed })
})
