import { type EpochMs, epochMs } from '../../market/time.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { spawn } from '../../runtime/spawn.ts'

/** A frame whose event time lies beyond what the exchange's clock can show: what becomes of it when others agree, and when they do not. */
type Suspect = { readonly time: EpochMs; readonly again: () => void; readonly reject: (detail: string) => void }

/**
 * What time it can be at an exchange. Neither this machine's clock nor a single frame is believed alone: a time is of the future when it
 * lies beyond both what the frames so far allow, carried on by our monotonic clock, and this machine's clock.
 */
export type ExchangeTime = {
  /** This machine's clock; the exchange's where ours is clearly behind, since nothing arrives before it was printed. */
  readonly now: () => EpochMs
  /** The exchange's time at a moment of our monotonic clock, in milliseconds; this machine's time of now while no frame has shown it. */
  readonly at: (atMs: number) => number
  /** True for a time that the exchange cannot have reached. */
  readonly isFuture: (time: number) => boolean
  /** True once a frame has shown the exchange's clock: before that, `isFuture` has this machine's clock alone to go by. */
  readonly isKnown: () => boolean
  /** True for a frame whose event time can be. Another one waits for a moment whether all others say the same. */
  readonly admit: (suspect: Suspect) => boolean
  /** Resolves when no frame waits, or when nothing that has come so far can tell: what a waiting frame carries is not missing. */
  readonly whenDecided: () => Promise<void>
  /** Told of a frame whose time is more than a day ahead of `now`, so that nobody has read it: before all others it shows our clock. */
  readonly noteUnreached: () => void
}

/** How far clocks may be apart without being wrong: recorders were seen 1.25 s behind their exchange. */
const MAX_SKEW_MS = 5_000
/**
 * So long a frame of the future waits for others. Frames of the present meanwhile, or none at all, prove it wrong. Before any frame was of
 * the present there is nothing but this machine's clock to doubt it by: it waits for as many as it takes.
 */
const WAIT_MS = 500
const MIN_WITNESSES = 3
/** Frames that this machine's clock has passed wait so long for one of the present, which would prove them wrong. */
const PASSED_WAIT_MS = 3_000
/** After so many times the market is one that leaps, such as a recording that is played fast: its frames wait no more. */
const MIN_LEAPS = 2
const LOOK_AGAIN_MS = 50
/** What a monotonic clock may gain on the exchange's: the limit falls back by so much. */
const MAX_DRIFT = 1e-4

type State = {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly log: Logger
  /** The exchange's time less our monotonic clock, by the frame that was the least late; null before the first frame. */
  offset: number | null
  offsetAtMs: number
  readonly suspects: (Suspect & { readonly atMs: number })[]
  /** How often the exchange's clock has leapt to where this machine's had been before. */
  leaps: number
  /** Whether it was said that this machine's clock is behind. */
  isLagReported: boolean
  /** Whether it was said that no frame is believed. */
  isUnreachedReported: boolean
}

const limit = ({ offset, clock }: State): number =>
  offset === null ? Number.NEGATIVE_INFINITY : offset + clock.monotonicMs()

const now = (state: State): EpochMs => {
  const wall = state.clock.now()
  const exchange = limit(state)
  const isBehind = exchange > wall + MAX_SKEW_MS
  if (isBehind !== state.isLagReported) reportLag(state, isBehind, exchange - wall)
  return isBehind ? epochMs(Math.floor(exchange)) : wall
}

const reportLag = (state: State, isBehind: boolean, ms: number): void => {
  state.isLagReported = isBehind
  if (isBehind)
    state.log.warn(
      { behindMs: Math.floor(ms) },
      "this machine's clock is behind the exchange's, whose is taken instead; set it right, for example with NTP"
    )
  else state.log.info("this machine's clock agrees with the exchange's again")
}

const noteUnreached = (state: State): void => {
  if (state.isUnreachedReported || state.offset !== null) return
  state.isUnreachedReported = true
  state.log.error(
    "this machine's clock is more than a day behind the exchange's: no frame is believed, and nothing is published; set it right, for example with NTP"
  )
}

const isFuture = (state: State, time: number): boolean =>
  time > limit(state) + MAX_SKEW_MS && time > state.clock.now() + MAX_SKEW_MS

/** Whether a frame's event time is one that this moment can have: near the clock as known, or near this machine's clock. */
const isPresent = ({ offset, clock, leaps }: State, time: number, atMs: number): boolean => {
  if (offset !== null && time - atMs <= offset + MAX_SKEW_MS) return true
  const ahead = time - clock.now()
  return ahead <= MAX_SKEW_MS && (offset === null || ahead >= -MAX_SKEW_MS || leaps >= MIN_LEAPS)
}

/** Whether this machine's clock has passed the times of all suspects: then what came before them was late, or that clock is ahead. */
const isPassed = ({ suspects, clock }: State): boolean =>
  suspects.every(({ time }) => time - clock.now() <= MAX_SKEW_MS)

const note = (state: State, time: number, atMs: number): void => {
  const faded = state.offset === null ? time - atMs : state.offset - (atMs - state.offsetAtMs) * MAX_DRIFT
  state.offset = Math.max(faded, time - atMs)
  state.offsetAtMs = atMs
}

/** Takes the suspects that a frame of the present has shown to be none, such as trades that an opening brings of before it; the rest is lost. */
const decideByPresent = (state: State): void => {
  for (const suspect of state.suspects.splice(0))
    if (isPresent(state, suspect.time, suspect.atMs)) suspect.again()
    else suspect.reject(`event time ${suspect.time} lies beyond the exchange's clock`)
}

const admit = (state: State, suspect: Suspect): boolean => {
  const atMs = state.clock.monotonicMs()
  if (isPresent(state, suspect.time, atMs)) {
    note(state, suspect.time, atMs)
    if (state.suspects.length > 0) decideByPresent(state)
    return true
  }
  state.suspects.push({ ...suspect, atMs })
  if (state.suspects.length === 1) spawn(decide(state), state.signal, state.log)
  return false
}

/**
 * When nothing but such frames has come, and several of them, the clock was wrong: they are taken as if they came now. Where this machine's
 * clock has passed them, nothing else in a while is enough: a quiet market leaps from one frame to the next.
 */
const decide = async (state: State): Promise<void> => {
  const [first] = state.suspects
  const sinceMs = state.clock.monotonicMs()
  const isSeveral = (): boolean => state.suspects.length >= MIN_WITNESSES
  const isWaitedFor = (): boolean => isPassed(state) && state.clock.monotonicMs() - sinceMs < PASSED_WAIT_MS
  do await state.clock.sleep(WAIT_MS, state.signal)
  while (state.suspects[0] === first && !isSeveral() && (state.offset === null || isWaitedFor()))
  if (state.suspects[0] !== first) return
  const passed = isPassed(state)
  if (!isSeveral() && !passed) return decideByPresent(state)
  if (passed) state.leaps += 1
  const witnesses = state.suspects.splice(0)
  const offsets = witnesses.map(({ time, atMs }) => time - atMs)
  const offset = passed ? Math.max(...offsets) : Math.min(...offsets)
  const nowMs = state.clock.monotonicMs()
  note(state, offset + nowMs, nowMs)
  for (const { again } of witnesses) again()
}

const whenDecided = async ({ suspects, clock, signal }: State): Promise<void> => {
  const untilMs = clock.monotonicMs() + WAIT_MS + PASSED_WAIT_MS
  while (suspects.length > 0 && clock.monotonicMs() < untilMs) await clock.sleep(LOOK_AGAIN_MS, signal)
}

/**
 * A trade as it is published. It may have been read by a clock that has turned out since to be behind: nothing arrives before it was printed.
 */
export const withArrival = <T extends { readonly time: EpochMs; readonly receivedAt: EpochMs }>(
  trade: T,
  { now }: Pick<Clock, 'now'>
): T => (trade.time > trade.receivedAt + MAX_SKEW_MS ? { ...trade, receivedAt: now() } : trade)

export const createExchangeTime = (clock: Clock, log: Logger, signal: AbortSignal): ExchangeTime => {
  const state: State = {
    clock,
    log,
    signal,
    offset: null,
    offsetAtMs: 0,
    suspects: [],
    leaps: 0,
    isLagReported: false,
    isUnreachedReported: false
  }
  return {
    now: () => now(state),
    at: atMs => (state.offset === null ? state.clock.now() : state.offset + atMs),
    isFuture: time => isFuture(state, time),
    isKnown: () => state.offset !== null,
    admit: suspect => admit(state, suspect),
    whenDecided: () => whenDecided(state),
    noteUnreached: () => noteUnreached(state)
  }
}
