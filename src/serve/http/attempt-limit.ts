import { normalizeIP } from '@fastify/rate-limit'
import type { Clock } from '../../runtime/clock.ts'
import { Problem } from './problem.ts'

/** Wrong tokens of one address, whatever they were tried at. */
export type Tries = {
  /** Throws a 429 when the address has no try left; asked before a token is looked at, so that a right guess looks no different. */
  readonly need: (address: string) => void
  /** Counts a wrong token. */
  readonly spend: (address: string) => void
}

/** So many may be wrong at once … */
const AT_ONCE = 10
/** … and then one every so often: who shares an address with a guesser gets in within seconds of its end. */
const ONE_EVERY_MS = 3_000
/** Addresses that are remembered; of more, the one whose last try is the oldest is forgotten. */
const MAX_ADDRESSES = 10_000

/** When an address has all its tries again, and whether it was told of that it ran out of them. */
type Spent = { readonly fullAt: number; readonly isReported: boolean }

const refused = (waitMs: number): Problem => {
  const seconds = Math.ceil(waitMs / 1_000)
  return new Problem(429, `too many wrong tokens came from this address; wait ${seconds} s`, [], {
    'retry-after': String(seconds)
  })
}

/** How long an address has to wait for its next try. */
const waitMs = (spent: Spent | undefined, now: number): number =>
  spent ? spent.fullAt - now - (AT_ONCE - 1) * ONE_EVERY_MS : 0

/** Counts wrong tokens. `onEmpty` is told of an address that has spent its tries, once until it has all of them again. */
export const createTries = ({ monotonicMs }: Pick<Clock, 'monotonicMs'>, onEmpty: (address: string) => void): Tries => {
  const addresses = new Map<string, Spent>()
  const spentOf = (key: string, now: number): Spent => {
    const attempts = addresses.get(key)
    return attempts && attempts.fullAt > now ? attempts : { fullAt: now, isReported: false }
  }
  return {
    need: address => {
      const wait = waitMs(addresses.get(normalizeIP(address)), monotonicMs())
      if (wait > 0) throw refused(wait)
    },
    spend: address => {
      const [key, now] = [normalizeIP(address), monotonicMs()]
      const { fullAt, isReported } = spentOf(key, now)
      const next = { fullAt: fullAt + ONE_EVERY_MS, isReported }
      const isEmpty = waitMs(next, now) > 0
      if (isEmpty && !isReported) onEmpty(key)
      addresses.delete(key)
      addresses.set(key, { ...next, isReported: isReported || isEmpty })
      const [oldest] = addresses.keys()
      if (addresses.size > MAX_ADDRESSES && oldest !== undefined) addresses.delete(oldest)
    }
  }
}
