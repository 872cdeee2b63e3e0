import type { Rate } from '../../exchange/rest-interface.ts'
import type { Clock } from '../../runtime/clock.ts'

/** Lets requests to one exchange through in the order they ask, few at a time, within its quota. */
export type RateLimiter = {
  /**
   * Waits for a turn, which the caller must end. Rejects when the signal is raised.
   * With a smaller `share` of the quota than the usual one it lets others go first.
   */
  readonly enter: (cost: number, share?: number) => Promise<Release>
  /** The exchange wants to be left alone for so long. */
  readonly rest: (ms: number) => void
}

/** Ends a turn. `used` is what the exchange says was used in this window; null where it does not say. */
type Release = (used: number | null) => void

const MAX_AT_ONCE = 4
/** Others on this address want their share, and what is under way is not counted yet. */
const SHARE = 0.85

type Gate = {
  readonly quota: Rate
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly waiting: (() => void)[]
  inside: number
  window: number
  used: number
  /** By the clock that never jumps: the exchange counts seconds, whatever this machine's time is set to. */
  restUntilMs: number
}

/** Milliseconds until so much may be spent. One request is let through in every window, also where it is larger than the share. */
const waitMs = (gate: Gate, cost: number, share: number): number => {
  const restMs = gate.restUntilMs - gate.clock.monotonicMs()
  if (restMs > 0) return restMs
  const now = gate.clock.now()
  const { max, perMs } = gate.quota
  const window = Math.floor(now / perMs)
  if (window !== gate.window) Object.assign(gate, { window, used: 0 })
  const isFree = gate.used === 0 || gate.used + cost <= max * share
  return isFree ? 0 : (window + 1) * perMs - now
}

const enter = async (gate: Gate, cost: number, share: number): Promise<Release> => {
  // Who lets others go first waits outside, where it takes nobody's place.
  if (share < SHARE) await untilFree(gate, cost, share)
  if (gate.inside >= MAX_AT_ONCE) await new Promise<void>(resolve => gate.waiting.push(resolve))
  else gate.inside += 1
  for (let ms = waitMs(gate, cost, SHARE); ms > 0; ms = waitMs(gate, cost, SHARE))
    await gate.clock.sleep(ms, gate.signal)
  gate.used += cost
  const { window } = gate
  return used => leave(gate, window, used)
}

const untilFree = async (gate: Gate, cost: number, share: number): Promise<void> => {
  for (let ms = waitMs(gate, cost, share); ms > 0; ms = waitMs(gate, cost, share))
    await gate.clock.sleep(ms, gate.signal)
}

const leave = (gate: Gate, window: number, used: number | null): void => {
  if (used !== null && window === gate.window) gate.used = Math.max(gate.used, used)
  const next = gate.waiting.shift()
  if (next) next()
  else gate.inside -= 1
}

export const createRateLimiter = (quota: Rate, clock: Clock, signal: AbortSignal): RateLimiter => {
  const gate: Gate = { quota, clock, signal, waiting: [], inside: 0, window: 0, used: 0, restUntilMs: 0 }
  return {
    enter: (cost, share = SHARE) => enter(gate, cost, share),
    rest: ms => {
      gate.restUntilMs = Math.max(gate.restUntilMs, clock.monotonicMs() + ms)
    }
  }
}
