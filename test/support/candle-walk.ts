import type { CandleFigures } from '../../src/analyze/candle-figures.ts'
import { DAY } from './market.ts'
import { seeded } from './seeded.ts'

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))

/** Minute candles of a seeded random walk from the start of a day on, with prices of two digits. */
export const candleWalk = (seed: number, count: number): readonly CandleFigures[] => {
  const chance = seeded(seed)
  let close = 61_000
  return Array.from({ length: count }, (_, n) => {
    const open = close
    close = rounded(open * (1 + (chance() - 0.5) * 0.004), 2)
    const volume = rounded(chance() * 50 + 0.001, 5)
    const paid = (open + close) / 2
    return {
      openTime: DAY + n * 60_000,
      high: rounded(Math.max(open, close) * (1 + chance() * 0.001), 2),
      low: rounded(Math.min(open, close) * (1 - chance() * 0.001), 2),
      close,
      volume,
      quoteVolume: rounded(paid * volume, 7)
    }
  })
}

/** Candles of one price, in which something is traded all the same. */
export const flatCandles = (price: number, count: number): readonly CandleFigures[] =>
  Array.from({ length: count }, (_, n) => ({
    openTime: DAY + n * 60_000,
    high: price,
    low: price,
    close: price,
    volume: 1.5,
    quoteVolume: price * 1.5
  }))
