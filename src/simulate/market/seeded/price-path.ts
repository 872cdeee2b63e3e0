import { bell, hash } from '../seeded-random.ts'

/**
 * A price that wanders like a geometric random walk and yet can be asked for any second without walking there.
 * log price = log level + beta × common + own, each a sum of seeded noises with periods of 1 s, 4 s, 16 s, … up to 48 days:
 * a noise has a bell-shaped value at every multiple of its period and runs straight between them. Its size grows with the root of the
 * period, so that changes over a lag grow with the root of the lag, as a random walk's do, at every scale from a second to weeks.
 */
export type PricePath = (second: number) => number

const { floor } = Math

/** The periods in seconds, and the sizes of their noises. */
const OCTAVES = Array.from({ length: 12 }, (_, n) => ({ period: 4 ** n, size: 2 ** n }))
const HOUR_S = 3_600
const DAY_S = 86_400
/** Noises of all periods add up to 2.7 times the variance of the one whose period is the lag. */
const SHARE = 1 / 2.7
const COMMON_PER_DAY = 0.025
const OWN_PER_DAY = 0.015

const COMMON = 11
const OWN = 12

const noise = (seed: number, purpose: number, key: number, longest: number, second: number): number => {
  let sum = 0
  for (const { period, size } of OCTAVES) {
    if (period > longest) break
    const node = floor(second / period)
    const from = bell(hash(seed, purpose, key ^ period, node))
    const to = bell(hash(seed, purpose, key ^ period, node + 1))
    sum += size * (from + (to - from) * (second / period - node))
  }
  return sum
}

const perSecond = (deviationPerDay: number): number => deviationPerDay * Math.sqrt(SHARE / DAY_S)

/**
 * The price of a symbol in quote currency. `bound`: its own part keeps to periods below an hour, so that it always comes back to the
 * common one: two such symbols are cointegrated.
 */
export const createPricePath = (seeded: {
  readonly seed: number
  readonly key: number
  readonly level: number
  readonly bound: boolean
}): PricePath => {
  const { seed, key, level, bound } = seeded
  const beta = bound ? 1 : 0.7 + (key % 60) / 100
  const common = beta * perSecond(COMMON_PER_DAY)
  const own = perSecond(OWN_PER_DAY)
  const longest = bound ? HOUR_S : Number.POSITIVE_INFINITY
  return second =>
    level *
    Math.exp(
      common * noise(seed, COMMON, 0, Number.POSITIVE_INFINITY, second) + own * noise(seed, OWN, key, longest, second)
    )
}
