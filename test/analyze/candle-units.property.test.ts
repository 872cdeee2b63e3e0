import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CandleFigures } from '../../src/analyze/candle-figures.ts'
import { allIndicators } from '../../src/analyze/indicators/all-indicators.ts'
import { kpiAt } from '../../src/analyze/kpi/kpi-at.ts'
import { addClose, macdAt, NO_CLOSES } from '../../src/analyze/kpi/minute-closes.ts'
import { parseSize } from '../../src/market/parse-decimal.ts'
import { INDICATOR_FIGURES, type IndicatorFigures } from '../../src/market/records/derived/indicators.ts'
import { KPI_FIGURES, type Kpi, type KpiFigure } from '../../src/market/records/derived/kpi.ts'
import { epochMs } from '../../src/market/time.ts'
import { candle, raised, rule } from '../alert/facts.ts'
import { seeded } from '../support/seeded.ts'

/** By what prices and sizes are multiplied, each on its own. */
type Units = { readonly price: number; readonly size: number }

const MINUTE = 60_000
const START = 1_723_161_600_000

type Market = { readonly seed: number; readonly count: number }
const market: fc.Arbitrary<Market> = fc.record({ seed: fc.nat(), count: fc.integer({ min: 1, max: 70 }) })

/** Closes that wander and sometimes stand still, in hundredths. */
const closesOf = ({ seed, count }: Market): readonly string[] => {
  const next = seeded(seed)
  let cents = 6_000_000
  return Array.from({ length: count }, () => {
    cents += next() < 0.3 ? 0 : Math.round(2_000 * (next() - 0.5))
    return (cents / 100).toFixed(2)
  })
}

const candlesOf = (of: Market, { price, size }: Units): readonly CandleFigures[] => {
  const next = seeded(of.seed + 1)
  return closesOf(of).map((close, n) => {
    const [at, volume] = [Number(close), next() < 0.1 ? 0 : next()]
    return {
      openTime: START + n * MINUTE,
      high: (at + 5) * price,
      low: (at - 5) * price,
      close: at * price,
      volume: volume * size,
      quoteVolume: volume * at * price * size
    }
  })
}

const indicatorsOf = (of: Market, units: Units): IndicatorFigures =>
  allIndicators.value(candlesOf(of, units).reduce(allIndicators.add, allIndicators.init()))

/** What a figure is in: `rsi14` and the stochastic are shares, OBV is a size, all others are prices. */
const unitOf = (figure: keyof IndicatorFigures, { price, size }: Units): number =>
  ['rsi14', 'stochK', 'stochD'].includes(figure) ? 1 : figure === 'obv' ? size : price

const expectClose = (found: number | null, wanted: number | null, about: number, what: string): void => {
  if (found === null || wanted === null || Math.abs(found - wanted) > 1e-6 * Math.abs(wanted) + 1e-9 * about)
    expect([what, found]).toEqual([what, wanted])
}

const exponent = fc.integer({ min: -30, max: 30 })
const anyScale = fc.double({ min: -9, max: 9, noNaN: true }).map(power => 10 ** power)
const ONE: Units = { price: 1, size: 1 }

describe('the unit of a price or a size changes nothing in an indicator', () => {
  test('not a bit where the other unit is a power of two', () => {
    fc.assert(
      fc.property(market, exponent, exponent, (of, p, s) => {
        const units = { price: 2 ** p, size: 2 ** s }
        const [found, wanted] = [indicatorsOf(of, units), indicatorsOf(of, ONE)]
        for (const name of INDICATOR_FIGURES)
          expect([name, found[name] === null ? null : found[name] / unitOf(name, units)]).toEqual([name, wanted[name]])
      }),
      { numRuns: 200 }
    )
  })

  test('but what rounding does for units from 1e-9 to 1e9', () => {
    fc.assert(
      fc.property(market, anyScale, anyScale, (of, price, size) => {
        const units = { price, size }
        const [found, wanted] = [indicatorsOf(of, units), indicatorsOf(of, ONE)]
        for (const name of INDICATOR_FIGURES) {
          const value = found[name] === null ? null : found[name] / unitOf(name, units)
          expectClose(value, wanted[name], unitOf(name, { price: 60_000, size: 1 }), name)
        }
      }),
      { numRuns: 200 }
    )
  })
})

/** A decimal with its point moved, exactly. */
const moved = (text: string, digits: number): string => parseSize(`${text}e${digits}`) ?? ''

const kpiOf = (of: Market, p: number, s: number): Kpi => {
  const prices = ['60000', '61000.01', '59000.5', '60500.25', '60500.2', '60500.3'].map(text => moved(text, p))
  const [open = '', high = '', low = '', close = '', bid = '', ask = ''] = prices
  const time = epochMs(START + of.count * MINUTE)
  const about = { exchange: 'binance', symbol: 'BTC/USDT', time, receivedAt: time, tradeCount: 1 }
  const ticker = { ...about, open, high, low, close, bid, ask, baseVolume: moved('1234.5', s) }
  const minutes = closesOf(of).reduce(
    (kept, text, n) => addClose(kept, START + n * MINUTE, Number(moved(text, p))),
    NO_CLOSES
  )
  const depth = { time, bid: Number(moved('3.25', s)), ask: Number(moved('1.75', s)) }
  return kpiAt(time, { ...ticker, quoteVolume: moved('74000000', p + s) }, depth, macdAt(minutes, time))
}

const kpiUnit = (name: KpiFigure, p: number, s: number): number => {
  if (name === 'priceChangePct' || name === 'marketDepthRatio' || name === 'orderBookImbalance') return 0
  if (name === 'baseVolume') return s
  return name === 'quoteVolume' ? p + s : p
}

const digits = fc.integer({ min: -9, max: 9 })

test('the unit of a price or a size changes nothing in a KPI', () => {
  fc.assert(
    fc.property(market, digits, digits, (of, p, s) => {
      const [found, wanted] = [kpiOf(of, p, s), kpiOf(of, 0, 0)]
      for (const name of KPI_FIGURES) {
        const value = found[name] === null ? null : found[name] / 10 ** kpiUnit(name, p, s)
        expectClose(value, wanted[name], name.startsWith('macd') ? 60_000 : 1, name)
      }
    }),
    { numRuns: 200 }
  )
})

test('the unit of a price or a size changes no alert; a bound that is a price moves with it', () => {
  // No close lies on the bound less the hysteresis, which rounding may put on either side of it.
  const bound = (p: number) => ({ above: Number(moved('60010', p)), hysteresis: Number(moved('2.0005', p)) })
  const rules = (p: number) => [
    rule({ name: 'price', kind: 'price', ...bound(p), cooldownMs: 0 }),
    rule({ name: 'spike', kind: 'volume_spike', window: 5, above: 2, cooldownMs: 0 }),
    rule({ name: 'volatility', kind: 'volatility', window: 10, shortWindow: 3, above: 1.3, cooldownMs: 0 })
  ]
  const alertsOf = (of: Market, p: number, s: number) => {
    const next = seeded(of.seed + 2)
    const facts = closesOf(of).map((close, n) =>
      candle(n, { close: moved(close, p), volume: moved((1 + 9 * next() ** 4).toFixed(3), s) })
    )
    return raised(rules(p), facts).map(({ rule: name, time, state }) => [name, time, state])
  }
  let all = 0
  fc.assert(
    fc.property(market, digits, digits, (of, p, s) => {
      const wanted = alertsOf(of, 0, 0)
      all += wanted.length
      expect(alertsOf(of, p, s)).toEqual(wanted)
    }),
    { numRuns: 100 }
  )
  expect(all).toBeGreaterThan(100)
})
