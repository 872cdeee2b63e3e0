import type { Clock } from '../../runtime/clock.ts'

const MINUTE = 60_000

/** Request weight that may be used a minute. */
export const WEIGHT_PER_MINUTE = 6_000

/** Counts the weight of requests by minutes of the wall clock. */
export type WeightLimit = {
  /** Adds to the minute's weight: what is used now, and the seconds to wait when that is too much, otherwise null. */
  readonly spend: (weight: number) => { readonly used: number; readonly retryAfterS: number | null }
}

export const createWeightLimit = (clock: Clock): WeightLimit => {
  let minute = 0
  let used = 0
  return {
    spend: weight => {
      const now = clock.now()
      if (Math.floor(now / MINUTE) !== minute) {
        minute = Math.floor(now / MINUTE)
        used = 0
      }
      used += weight
      const left = Math.ceil(((minute + 1) * MINUTE - now) / 1_000)
      return { used, retryAfterS: used > WEIGHT_PER_MINUTE ? left : null }
    }
  }
}
