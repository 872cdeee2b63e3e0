import type { Rate } from '../../exchange/rest-interface.ts'
import type { Clock } from '../../runtime/clock.ts'

/** Counts what requests cost, by windows of the wall clock. */
export type WeightLimit = {
  /** Adds to the window's weight: what is used now, and the seconds to wait when that is too much, otherwise null. */
  readonly spend: (weight: number) => { readonly used: number; readonly retryAfterS: number | null }
}

export const createWeightLimit = (clock: Clock, { max, perMs }: Rate): WeightLimit => {
  let window = 0
  let used = 0
  return {
    spend: weight => {
      const now = clock.now()
      if (Math.floor(now / perMs) !== window) {
        window = Math.floor(now / perMs)
        used = 0
      }
      used += weight
      const left = Math.ceil(((window + 1) * perMs - now) / 1_000)
      return { used, retryAfterS: used > max ? left : null }
    }
  }
}
