import { bell, hash, uniform } from '../seeded-random.ts'

/**
 * When a symbol trades. Every hour has the same number of trades, so the first id of any hour is one multiplication away.
 * Within the hour, each second has a seeded weight, and second s starts with the id
 *   first id of the hour + floor(trades an hour × weight before s / weight of the hour):
 * ids are consecutive across seconds and hours by construction, and any second can be asked first.
 */
export type Arrivals = {
  /** The id that the symbol started with. */
  readonly firstId: number
  /** The first id at or after the start of this second since the epoch. */
  readonly idAtSecond: (second: number) => number
  /** The second in which `id` is printed. */
  readonly secondOf: (id: number) => number
}

const HOUR = 3_600
/** When the market opened: what came before has no history. */
const OPENED_HOUR = Date.UTC(2020, 0, 1) / 3_600_000
const HOURS_KEPT = 48

const PACE = 1
const SPACING = 2
const BURST = 3
const ASLEEP = 4
const START_ID = 5

const { exp, floor, log, max, min } = Math

/** Calm and lively minutes, and single seconds scattered as arrivals are. About 1 on average, at most 12. */
const usualWeight = (seed: number, key: number, second: number): number => {
  const pace = exp(0.5 * bell(hash(seed, PACE, key, floor(second / 60))) - 0.12)
  return min(3, pace) * min(4, -log(1 - uniform(hash(seed, SPACING, key, second))))
}

/** About nine times an hour the whole market rushes at once: 8 to 25 times the usual pace, fading within three seconds. */
const burstWeight = (seed: number, second: number): number => {
  let most = 0
  for (let age = 0; age < 3; age++) {
    const chance = uniform(hash(seed, BURST, second - age))
    if (chance < 1 / 400) most = max(most, (8 + 17 * chance * 400) / (1 + 1.5 * age))
  }
  return most
}

const weightOf = (seed: number, key: number, quiet: boolean, second: number): number => {
  if (quiet) return uniform(hash(seed, ASLEEP, key, floor(second / 60))) < 0.35 ? 1 : 0
  return max(usualWeight(seed, key, second), burstWeight(seed, second))
}

/** The first id of each second of an hour relative to the hour's, and the hour's count at the end. */
const spread = (weight: (second: number) => number, hour: number, perHour: number): Float64Array => {
  const before = new Float64Array(HOUR + 1)
  for (let s = 0; s < HOUR; s++) before[s + 1] = before[s]! + weight(hour * HOUR + s)
  const total = before[HOUR]! || 1
  const ids = before.map(sum => floor((perHour * sum) / total))
  ids[HOUR] = perHour
  return ids
}

/** The last index whose value is at most `wanted`. */
const lastAtMost = (values: Float64Array, wanted: number): number => {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (values[middle]! <= wanted) low = middle
    else high = middle - 1
  }
  return low
}

/** `quiet` symbols sleep through two minutes of three. */
export const createArrivals = (seeded: {
  readonly seed: number
  readonly key: number
  readonly perHour: number
  readonly quiet: boolean
}): Arrivals => {
  const { seed, key, perHour, quiet } = seeded
  const firstId = 1 + (hash(seed, START_ID, key) % 1_000_000)
  const hours = new Map<number, Float64Array>()
  const idsOf = (hour: number): Float64Array => {
    const cached = hours.get(hour)
    if (cached) return cached
    const ids = spread(second => weightOf(seed, key, quiet, second), hour, perHour)
    if (hours.size >= HOURS_KEPT) for (const oldest of [...hours.keys()].slice(0, 8)) hours.delete(oldest)
    hours.set(hour, ids)
    return ids
  }
  const idOfHour = (hour: number): number => firstId + (hour - OPENED_HOUR) * perHour
  return {
    firstId,
    idAtSecond: second => {
      const hour = Math.floor(second / HOUR)
      return hour < OPENED_HOUR ? firstId : idOfHour(hour) + idsOf(hour)[second - hour * HOUR]!
    },
    secondOf: id => {
      const hour = OPENED_HOUR + Math.floor((id - firstId) / perHour)
      return hour * HOUR + Math.min(HOUR - 1, lastAtMost(idsOf(hour), id - idOfHour(hour)))
    }
  }
}
