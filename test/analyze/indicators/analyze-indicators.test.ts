import { describe, expect, test } from '@jest/globals'
import { analyzeIndicators } from '../../../src/analyze/analyze-indicators.ts'
import { registry } from '../../../src/analyze/indicator/registry.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import type { Indicators } from '../../../src/market/records/derived/indicators.ts'
import { INDICATOR_FIGURES } from '../../../src/market/records/derived/indicators.ts'
import { epochMs } from '../../../src/market/time.ts'
import { indicators } from '../../../src/topics.ts'
import { candleWalk, flatCandles } from '../../support/candle-walk.ts'
import { drive } from '../../support/drive.ts'
import { figureCandle } from '../../support/figure-candles.ts'
import { DAY } from '../../support/market.ts'

const topology = analyzeIndicators()

const indicatorsOf = (candles: readonly Candle[]): readonly Indicators[] =>
  drive(topology, candles).outputs.map(({ value }) => indicators.codec.decode(Buffer.from(value ?? '')))

const walk = candleWalk(21, 200)
const finals = walk.map(figures => figureCandle(figures))
const minuteOf = ({ openTime }: Indicators): number => (openTime - DAY) / 60_000
/** `170 r1` */
const brief = (of: Indicators): string => `${minuteOf(of)} r${of.revision}`

describe('indicators of candles', () => {
  const published = indicatorsOf(finals)

  test('are one record a final candle, named as the contract names them', () => {
    expect(published.map(brief)).toEqual(finals.map((_, n) => `${n} r0`))
    expect(Object.keys(published[0] ?? {})).toEqual([
      ...['exchange', 'symbol', 'interval', 'openTime', 'final', 'revision'],
      ...INDICATOR_FIGURES
    ])
    expect(published[7]).toMatchObject({ exchange: 'binance', symbol: 'BTC/USDT', interval: '1m', final: true })
  })

  test('are those of each indicator by itself', () => {
    const { sma, rsi, macd, bollinger, atr, vwap, obv, stochastic, ema } = registry
    const closes = walk.map(({ close }) => close)
    const [bands, line] = [
      bollinger.value(closes.reduce(bollinger.add, bollinger.init())),
      macd.value(closes.reduce(macd.add, macd.init()))
    ]
    const place = stochastic.value(walk.reduce(stochastic.add, stochastic.init()))
    expect(published.at(-1)).toMatchObject({
      sma20: sma.value(closes.reduce(sma.add, sma.init())),
      ema20: ema.value(closes.reduce(ema.add, ema.init())),
      rsi14: rsi.value(closes.reduce(rsi.add, rsi.init())),
      macd: line?.macd,
      macdSignal: line?.signal,
      macdHistogram: line?.histogram,
      bbUpper: bands?.upper,
      bbMiddle: bands?.middle,
      bbLower: bands?.lower,
      atr14: atr.value(walk.reduce(atr.add, atr.init())),
      vwap: vwap.value(walk.reduce(vwap.add, vwap.init())),
      obv: obv.value(walk.reduce(obv.add, obv.init())),
      stochK: place?.k,
      stochD: place?.d
    })
  })

  test('are null one by one until each is warm', () => {
    const defined = (n: number) => INDICATOR_FIGURES.filter(name => published[n]?.[name] !== null)
    expect(defined(0)).toEqual(['vwap', 'obv'])
    expect(defined(32)).toEqual(INDICATOR_FIGURES.filter(name => name !== 'macdSignal' && name !== 'macdHistogram'))
    expect(defined(33)).toEqual(INDICATOR_FIGURES)
  })

  test('are null where nothing moves and a figure is undefined', () => {
    const still = indicatorsOf(flatCandles(100, 60).map(figures => figureCandle(figures))).at(-1)
    expect(still).toMatchObject({ rsi14: null, stochK: null, stochD: null, bbUpper: 100, atr14: 0, macd: 0 })
  })

  test('of each interval are its own', () => {
    const hour = { interval: '1h', closeTime: epochMs(DAY + 3_600_000) } as const
    const both = indicatorsOf([finals[0]!, figureCandle(walk[0]!, hour), finals[1]!])
    expect(both.map(({ interval, obv }) => [interval, obv])).toEqual([
      ['1m', 0],
      ['1h', 0],
      ['1m', expect.any(Number)]
    ])
  })

  test('begin anew behind a hole', () => {
    const holed = indicatorsOf([...finals.slice(0, 60), ...finals.slice(61, 120)])
    expect(holed[60]).toMatchObject({ sma20: null, obv: 0 })
    expect(holed.slice(60)).toEqual(indicatorsOf(finals.slice(61, 120)))
  })

  test('a candle whose figures no number can hold has none', () => {
    expect(indicatorsOf([figureCandle(walk[0]!, { high: '9'.repeat(400) })])).toEqual([])
  })
})

describe('a revised candle', () => {
  const at = 170
  const revised = (more: Partial<Candle>): Candle => figureCandle(walk[at]!, { revision: 1, ...more })
  const changed = revised({ close: '70000', high: '70001' })

  test('publishes its figures and all that take it in anew, as if it had always been so', () => {
    const again = indicatorsOf([...finals, changed]).slice(finals.length)
    expect(again.map(brief)).toEqual(finals.slice(at).map((_, n) => `${at + n} r1`))
    const straight = indicatorsOf(finals.with(at, changed)).slice(at)
    expect(again).toEqual(straight.map(one => ({ ...one, revision: 1 })))
  })

  test('counts for what comes behind it', () => {
    const next = candleWalk(21, 201).at(-1)!
    const behind = indicatorsOf([...finals, changed, figureCandle(next)]).at(-1)
    expect(behind).toEqual(indicatorsOf([...finals.with(at, changed), figureCandle(next)]).at(-1))
  })

  test('publishes nothing when its figures are what they were', () => {
    expect(indicatorsOf([...finals, revised({ status: 'backfilled' })]).slice(finals.length)).toEqual([])
  })

  test('publishes each change under a revision of its own', () => {
    const twice = indicatorsOf([...finals, changed, revised({ revision: 2 })]).slice(finals.length + 30)
    expect(twice.map(brief)).toEqual(finals.slice(at).map((_, n) => `${at + n} r2`))
    expect(twice.at(-1)).toEqual({ ...indicatorsOf(finals).at(-1), revision: 2 })
  })

  test('comes too late behind sixty others', () => {
    const first = figureCandle(walk[139]!, { revision: 1, close: '70000' })
    expect(indicatorsOf([...finals, first]).slice(finals.length)).toEqual([])
    const last = figureCandle(walk[140]!, { revision: 1, close: '70000' })
    expect(indicatorsOf([...finals, last]).slice(finals.length).length).toBe(60)
  })

  test('that fills a hole is taken in, and mends what had begun anew', () => {
    const holed = [...finals.slice(0, 60), ...finals.slice(61, 100)]
    const mended = indicatorsOf([...holed, finals[60]!]).slice(holed.length)
    expect(mended[0]).toEqual(indicatorsOf(finals)[60])
    expect(mended.slice(1)).toEqual(
      indicatorsOf(finals.slice(0, 100))
        .slice(61)
        .map(one => ({ ...one, revision: 1 }))
    )
  })
})
