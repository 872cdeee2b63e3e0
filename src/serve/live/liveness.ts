import type { Clock } from '../../runtime/clock.ts'
import { createPulse, type Pulse, STALLED_AFTER_MS } from '../../runtime/observe/pulse.ts'

/** `warming`: what was there at the start, or came while the broker was away, is still being read. `stalled`: the broker is silent. */
export const LIVE_STATES = ['live', 'warming', 'stalled'] as const

/** What an answer is worth: how long ago it was known to be all that the broker had; null: not since the start. */
export type Freshness = { readonly state: (typeof LIVE_STATES)[number]; readonly ageMs: number | null }

/** Whether the live tail is up to date; computed when it is asked for. */
export type Liveness = {
  readonly pulse: Pulse
  /** From now on the broker is being read: its silence counts. */
  readonly begin: () => void
  /** Receives how many records of each topic are still to be read. */
  readonly onLeft: (left: ReadonlyMap<string, number>) => void
  readonly freshness: () => Freshness
  /** Whether a topic is read to where it ended when the broker was asked last. */
  readonly isRead: (topic: string) => boolean
  /** Whether it has been so since the start: what is told of it may be old, but lacks nothing in its middle. */
  readonly wasRead: (topic: string) => boolean
  /** What is wrong, in words; null while it is live. */
  readonly problem: () => string | null
  /** Calls back when the state has become another. */
  readonly watch: (listener: (now: Freshness) => void) => void
  /** Looks whether it has; to be called again and again. */
  readonly check: () => void
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`

/** `topics`: those that make up the live tail. */
export const createLiveness = (clock: Clock, topics: readonly string[]): Liveness => {
  const pulse = createPulse(clock)
  const listeners: ((now: Freshness) => void)[] = []
  const read = new Set<string>()
  let left: ReadonlyMap<string, number> = new Map(topics.map(topic => [topic, Number.POSITIVE_INFINITY]))
  let begunAt: number | null = null
  let completeAt: number | null = null
  let lastState: Freshness['state'] = 'warming'

  const silence = (): number => pulse.ageMs() ?? (begunAt === null ? 0 : clock.monotonicMs() - begunAt)
  const stateNow = (): Freshness['state'] => {
    if (silence() > STALLED_AFTER_MS) return 'stalled'
    return left.size === 0 && pulse.ageMs() !== null ? 'live' : 'warming'
  }
  const freshness = (): Freshness => {
    const state = stateNow()
    if (state === 'live') completeAt = clock.monotonicMs() - silence()
    return { state, ageMs: completeAt === null ? null : Math.round(clock.monotonicMs() - completeAt) }
  }
  const leftWords = (): string => {
    const count = [...left.values()].reduce((sum, records) => sum + records, 0)
    return Number.isFinite(count) && count > 0 ? `: ${count} records to go` : ''
  }
  return {
    pulse,
    begin: () => {
      begunAt = clock.monotonicMs()
    },
    onLeft: now => {
      left = now
      for (const topic of topics) if (!now.has(topic)) read.add(topic)
    },
    freshness,
    isRead: topic => !left.has(topic),
    wasRead: topic => read.has(topic),
    problem: () => {
      const { state } = freshness()
      if (state === 'live') return null
      if (state === 'stalled') return `stalled: the broker has not answered for ${seconds(silence())}`
      return `what is newest is being read${leftWords()}`
    },
    watch: listener => void listeners.push(listener),
    check: () => {
      const now = freshness()
      if (now.state === lastState) return
      lastState = now.state
      for (const listener of listeners) listener(now)
    }
  }
}
