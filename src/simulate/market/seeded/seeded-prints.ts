import { type Listing, lotsWorth } from '../listing.ts'
import type { Print } from '../market.ts'
import { bell, hash, randomStream, uniform } from '../seeded-random.ts'
import type { Arrivals } from './arrivals.ts'
import type { PricePath } from './price-path.ts'

const { exp, floor, log, max, round } = Math

const PRINTS = 21
const SAME_ORDER = 0.4
/** Median and spread of an order's worth in quote currency, on a log scale. */
const WORTH_LOG = 5
const WORTH_SPREAD = 1.6

/** Milliseconds within the second, in order; four of ten prints share the one before: a taker's order that eats several makers'. */
const arrange = (count: number, random: () => number): Float64Array => {
  const until = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) {
    if (uniform(random()) >= SAME_ORDER) sum -= log(1 - uniform(random()))
    until[i] = sum
  }
  const total = sum - log(1 - uniform(random())) + 1e-9
  return until.map(at => floor((at / total) * 1_000))
}

type Second = { readonly open: number; readonly close: number }

/** Prices follow the path from its value at this second to its value at the next, with a taker's step to either side. */
const printAll = (
  { listing, second, firstId }: { readonly listing: Listing; readonly second: number; readonly firstId: number },
  path: Second,
  times: Float64Array,
  random: () => number
): Print[] => {
  const ticksPerUnit = 10 ** listing.priceDigits
  const sway = max(1, path.open * ticksPerUnit * 4e-6)
  const prints: Print[] = []
  let last = -1
  let sell = false
  let ticks = 0
  let drift = 0
  for (const [i, time] of times.entries()) {
    const coin = random()
    if (time === last) ticks += coin < 1e9 ? (sell ? -1 : 1) : 0
    else {
      sell = (coin & 1) === 1
      drift = drift * 0.8 + sway * bell(random())
      const middle = path.open + ((path.close - path.open) * time) / 1_000
      ticks = round(middle * ticksPerUnit + drift) + (sell ? 0 : 1)
    }
    ticks = max(2, ticks)
    const worth = exp(WORTH_LOG + WORTH_SPREAD * bell(random()))
    prints.push({ id: firstId + i, time: second * 1_000 + time, ticks, lots: lotsWorth(listing, worth, ticks), sell })
    last = time
  }
  return prints
}

/** The prints of one second of a symbol: a function of seed, symbol, rate and second alone. */
export const createSeededPrints = (seeded: {
  readonly seed: number
  readonly key: number
  readonly listing: Listing
  readonly arrivals: Arrivals
  readonly path: PricePath
}): ((second: number) => readonly Print[]) => {
  const { seed, key, listing, arrivals, path } = seeded
  return second => {
    const firstId = arrivals.idAtSecond(second)
    const count = arrivals.idAtSecond(second + 1) - firstId
    if (count === 0) return []
    const random = randomStream(hash(seed, PRINTS, key, second))
    const ends = { open: path(second), close: path(second + 1) }
    return printAll({ listing, second, firstId }, ends, arrange(count, random), random)
  }
}
