import type { Clock } from '../../runtime/clock.ts'

/** Lets requests to one exchange through in the order they ask, few at a time, within its weight a minute. */
export type RequestGate = {
  /**
   * Waits for a turn, which the caller must end. Rejects when the signal is raised.
   * With a smaller `share` of the weight a minute than the usual one it lets others go first.
   */
  readonly enter: (weight: number, share?: number) => Promise<EndTurn>
  /** The exchange wants to be left alone for so long. */
  readonly rest: (ms: number) => void
}

/** Ends a turn. `usedWeight` is what the exchange says was used this minute; null where it does not say. */
type EndTurn = (usedWeight: number | null) => void

const MOST_AT_ONCE = 4
/** Others on this address want their share, and what is under way is not counted yet. */
const SHARE = 0.85
const MINUTE_MS = 60_000

type Gate = {
  readonly weightPerMinute: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly waiting: (() => void)[]
  inside: number
  minute: number
  used: number
  /** By the clock that never jumps: the exchange counts seconds, whatever this machine's time is set to. */
  restUntilMs: number
}

/** Milliseconds until `weight` may be spent. */
const waitMs = (gate: Gate, weight: number, share: number): number => {
  const restMs = gate.restUntilMs - gate.clock.monotonicMs()
  if (restMs > 0) return restMs
  const now = gate.clock.now()
  const minute = Math.floor(now / MINUTE_MS)
  if (minute !== gate.minute) Object.assign(gate, { minute, used: 0 })
  return gate.used + weight <= gate.weightPerMinute * share ? 0 : (minute + 1) * MINUTE_MS - now
}

const enter = async (gate: Gate, weight: number, share: number): Promise<EndTurn> => {
  // Who lets others go first waits outside, where it takes nobody's place.
  if (share < SHARE) await untilFree(gate, weight, share)
  if (gate.inside >= MOST_AT_ONCE) await new Promise<void>(resolve => gate.waiting.push(resolve))
  else gate.inside += 1
  for (let ms = waitMs(gate, weight, SHARE); ms > 0; ms = waitMs(gate, weight, SHARE))
    await gate.clock.sleep(ms, gate.signal)
  gate.used += weight
  const { minute } = gate
  return usedWeight => leave(gate, minute, usedWeight)
}

const untilFree = async (gate: Gate, weight: number, share: number): Promise<void> => {
  for (let ms = waitMs(gate, weight, share); ms > 0; ms = waitMs(gate, weight, share))
    await gate.clock.sleep(ms, gate.signal)
}

const leave = (gate: Gate, minute: number, usedWeight: number | null): void => {
  if (usedWeight !== null && minute === gate.minute) gate.used = Math.max(gate.used, usedWeight)
  const next = gate.waiting.shift()
  if (next) next()
  else gate.inside -= 1
}

export const createRequestGate = (weightPerMinute: number, clock: Clock, signal: AbortSignal): RequestGate => {
  const gate: Gate = { weightPerMinute, clock, signal, waiting: [], inside: 0, minute: 0, used: 0, restUntilMs: 0 }
  return {
    enter: (weight, share = SHARE) => enter(gate, weight, share),
    rest: ms => {
      gate.restUntilMs = Math.max(gate.restUntilMs, clock.monotonicMs() + ms)
    }
  }
}
