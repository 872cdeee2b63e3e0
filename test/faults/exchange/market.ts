import { type EpochMs, epochMs } from '../../../src/market/time.ts'
import type { Trade } from '../../../src/market/trade.ts'
import type { Random } from '../world/random.ts'

/** What an exchange prints of one symbol: all of it, in the order of its ids. */
export type Market = {
  readonly symbol: string
  readonly trades: readonly Print[]
}

/** A trade as the exchange knows it. */
export type Print = Pick<Trade, 'id' | 'price' | 'quantity' | 'time' | 'side'> & {
  /** When the exchange sends it, in milliseconds since the world began. */
  readonly sentAtMs: number
  /** History has no record of it. */
  readonly isForgotten: boolean
}

/** How busy a symbol is: the longest pause between two moments of trading, and how many trades a moment has at most. */
type Temper = { readonly pauseMs: number; readonly burst: number }

const TEMPERS: readonly Temper[] = [
  { pauseMs: 700, burst: 2 },
  { pauseMs: 1_500, burst: 5 },
  { pauseMs: 4_000, burst: 3 },
  { pauseMs: 9_000, burst: 2 }
]

/** Sizes that no double holds exactly, among ordinary ones. */
const ODD_SIZES = ['123456789.12345678', '0.00000001', '90071992547409.93', '0.1', '0.2', '700']

const plain = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

const sizeOf = (random: Random): string =>
  random.chance(0.15) ? random.pick(ODD_SIZES) : plain((random.int(1, 9_999_999) / 100_000).toFixed(5))

/** Prints one symbol from the beginning of the world to `untilMs`. `startAt` is the exchange's time at its beginning. */
export const printMarket = (symbol: string, startAt: EpochMs, untilMs: number, random: Random): Market => {
  const { pauseMs, burst } = random.pick(TEMPERS)
  const forgetting = random.chance(0.3) ? 0.03 : 0
  const trades: Print[] = []
  let id = random.int(1, 1_000_000)
  let cents = random.int(100, 9_999_999)
  for (let atMs = random.int(50, 900); atMs < untilMs; atMs += random.int(1, pauseMs)) {
    for (let n = random.int(1, burst); n > 0; n--) {
      cents = Math.max(1, cents + random.int(-500, 500))
      trades.push({
        id: String(id++),
        price: plain((cents / 100).toFixed(2)),
        quantity: sizeOf(random),
        time: epochMs(startAt + atMs),
        side: random.chance(0.5) ? 'buy' : 'sell',
        sentAtMs: atMs + random.int(1, 3),
        isForgotten: random.chance(forgetting)
      })
    }
  }
  return { symbol, trades }
}
