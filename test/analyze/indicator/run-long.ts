import type { CandleFigures } from '../../../src/analyze/candle-figures.ts'
import type { Indicator } from '../../../src/analyze/indicator/indicator.ts'
import { registry } from '../../../src/analyze/indicator/registry.ts'
import { DAY } from '../../support/market.ts'
import { seeded } from '../../support/seeded.ts'

/** The figures of an indicator after a long life, and what they are without one. */
export type LongRun = { readonly found: Figures; readonly wanted: Figures }

type Figures = readonly (number | null)[]

/** Candles after which nothing of an earlier one is left in any average. */
const REMEMBERED = 1_000
/** Prices and volumes are whole hundredths, so that their exact sums are at hand. */
const CENTS = 100

/** One candle again and again, changed in place: ten million objects would be the test's cost and not the indicators'. */
const market = () => {
  const chance = seeded(5)
  let cents = 6_100_000
  const candle = { openTime: DAY, high: 0, low: 0, close: cents / CENTS, volume: 0, quoteVolume: 0 }
  return (): CandleFigures => {
    cents = Math.min(Math.max(cents + Math.floor(chance() * 2_001) - 1_000, 100_000), 20_000_000)
    const volume = Math.floor(chance() * 1_000)
    candle.close = cents / CENTS
    candle.high = (cents + 500) / CENTS
    candle.low = (cents - 500) / CENTS
    candle.volume = volume / CENTS
    candle.quoteVolume = (cents * volume) / CENTS / CENTS
    return candle
  }
}

type Running = { readonly add: (candle: CandleFigures) => void; readonly figures: () => Figures }

const running = <State, In, Value>(
  indicator: Indicator<State, In, Value>,
  input: (candle: CandleFigures) => In,
  figures: (value: Value) => Figures
): Running => {
  let state = indicator.init()
  return {
    add: candle => {
      state = indicator.add(state, input(candle))
    },
    figures: () => {
      const value = indicator.value(state)
      return value === null ? [] : figures(value)
    }
  }
}

const close = (candle: CandleFigures): number => candle.close
const whole = (candle: CandleFigures): CandleFigures => candle
const single = (value: number): Figures => [value]

/** Those that forget: after any number of candles they are where the last of them alone would have brought them. */
const forgetful = (): readonly Running[] => [
  running(registry.sma, close, single),
  running(registry.ema, close, single),
  running(registry.rsi, close, single),
  running(registry.macd, close, value => [value.macd, value.signal, value.histogram]),
  running(registry.bollinger, close, value => [value.upper, value.middle, value.lower]),
  running(registry.atr, whole, single),
  running(registry.stochastic, whole, value => [value.k, value.d])
]

/** On-balance volume and VWAP in whole numbers, carried into a BigInt before they could round. */
const exactly = () => {
  let [balance, base, quote, previous] = [0n, 0n, 0n, 0]
  let [lots, paid] = [0, 0]
  return {
    add: ({ close: price, volume }: CandleFigures): void => {
      const [cents, units] = [Math.round(price * CENTS), Math.round(Number(volume) * CENTS)]
      if (previous !== 0) balance += BigInt(Math.sign(cents - previous) * units)
      previous = cents
      lots += units
      paid += cents * units
      if (paid < 2 ** 52) return
      base += BigInt(lots)
      quote += BigInt(paid)
      lots = 0
      paid = 0
    },
    balance: () => Number(balance) / CENTS,
    vwap: () => Number(quote + BigInt(paid)) / Number(base + BigInt(lots)) / CENTS
  }
}

/** Every indicator over so many candles of one day. */
const runLong = (steps: number): readonly LongRun[] => {
  const next = market()
  const [long, fresh] = [forgetful(), forgetful()]
  const [vwap, obv] = [running(registry.vwap, whole, single), running(registry.obv, whole, single)]
  const exact = exactly()
  for (let step = 1; step <= steps; step++) {
    const candle = next()
    for (const indicator of long) indicator.add(candle)
    if (step > steps - REMEMBERED) for (const indicator of fresh) indicator.add(candle)
    vwap.add(candle)
    obv.add(candle)
    exact.add(candle)
  }
  return [
    ...long.map((indicator, at) => ({ found: indicator.figures(), wanted: fresh[at]?.figures() ?? [] })),
    { found: vwap.figures(), wanted: [exact.vwap()] },
    { found: obv.figures(), wanted: [exact.balance()] }
  ]
}

process.stdout.write(JSON.stringify(runLong(Number(process.argv[2]))))
