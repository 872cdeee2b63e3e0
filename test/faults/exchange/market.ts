import type { Trade } from '../../../src/market/records/feed/trade.ts'
import { type EpochMs, epochMs } from '../../../src/market/time.ts'
import type { Random } from '../world/random.ts'

/** What an exchange prints of one symbol: all of it, in the order of its ids. */
export type Market = {
  readonly symbol: string
  readonly trades: readonly Print[]
  /** When it began its ids anew, in milliseconds since the world began. */
  readonly resets: readonly Reset[]
}

/** The exchange forgets all that it has printed, and trades again after a while, with lower ids. */
export type Reset = { readonly atMs: number; readonly pauseMs: number }

/** Which chain of ids a moment belongs to: how often they had begun anew. */
export const chainAt = (resets: readonly Reset[], ms: number): number => resets.filter(({ atMs }) => atMs <= ms).length

/** A trade as the exchange knows it. */
export type Print = Pick<Trade, 'id' | 'price' | 'quantity' | 'time' | 'side'> & {
  /** When the exchange sends it, in milliseconds since the world began. */
  readonly sentAtMs: number
  /** Which of the market's chains of ids it belongs to, from 0 on. */
  readonly chain: number
  /** History has no record of it. */
  readonly isForgotten: boolean
}

/** Printed just before ids began anew, and due to be sent just after: the exchange never sends it, over connections that live as well. */
export const isNeverSent = (resets: readonly Reset[], { chain, sentAtMs }: Print): boolean =>
  sentAtMs >= (resets[chain]?.atMs ?? Number.POSITIVE_INFINITY)

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

/**
 * So long a feed is kept from its stream at most, by silence and by one outage behind another. Ids begin anew so low that it sees none of the
 * new ones above its last: by its ids alone nobody could tell. Later they come past the old ones, which name other trades then.
 */
const MAX_DEAF_MS = 35_000

/** Where ids begin anew for trades that are sent at these moments, behind a chain of others. */
const idAnew = (old: readonly Print[], sentAtMs: readonly number[], { atMs }: Reset): number => {
  const [first, last] = [Number(old[0]?.id), Number(old.at(-1)?.id)]
  const heardUntil = (ms: number): number => Number(old.findLast(print => print.sentAtMs < ms)?.id ?? first) - 1
  const soon = sentAtMs.filter(ms => ms < atMs + MAX_DEAF_MS)
  return Math.max(0, Math.min(last, ...soon.map((ms, n) => heardUntil(ms - MAX_DEAF_MS) - n)))
}

/** Trades without ids yet, by their chains. */
type Unnumbered = Omit<Print, 'id'>

/** Gives the trades of each chain consecutive ids. */
const numbered = (prints: readonly Unnumbered[], firstId: number, resets: readonly Reset[]): readonly Print[] => {
  const chains: (readonly Print[])[] = []
  for (const [chain, unnumbered] of Map.groupBy(prints, print => print.chain)) {
    const moments = unnumbered.map(({ sentAtMs }) => sentAtMs)
    const old = chains.at(-1)
    const from = old ? idAnew(old, moments, resets[chain - 1]!) : firstId
    chains.push(unnumbered.map((print, n) => ({ ...print, id: String(from + n) })))
  }
  return chains.flat()
}

/** Prints one symbol from the beginning of the world to `untilMs`. `startAt` is the exchange's time at its beginning. */
export const printMarket = (
  symbol: string,
  startAt: EpochMs,
  untilMs: number,
  resets: readonly Reset[],
  random: Random
): Market => {
  const { pauseMs, burst } = random.pick(TEMPERS)
  const forgetting = random.chance(0.3) ? 0.03 : 0
  const prints: Unnumbered[] = []
  const firstId = random.int(1, 1_000_000)
  let cents = random.int(100, 9_999_999)
  let chain = 0
  for (let atMs = random.int(50, 900); atMs < untilMs; atMs += random.int(1, pauseMs)) {
    const reset = resets[chain]
    if (reset && atMs >= reset.atMs) {
      chain += 1
      atMs = Math.max(atMs, reset.atMs + reset.pauseMs)
    }
    for (let n = random.int(1, burst); n > 0; n--) {
      cents = Math.max(1, cents + random.int(-500, 500))
      prints.push({
        price: plain((cents / 100).toFixed(2)),
        quantity: sizeOf(random),
        time: epochMs(startAt + atMs),
        side: random.chance(0.5) ? 'buy' : 'sell',
        sentAtMs: atMs + random.int(1, 3),
        chain,
        isForgotten: random.chance(forgetting)
      })
    }
  }
  return { symbol, trades: numbered(prints, firstId, resets), resets }
}
