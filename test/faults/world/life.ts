import { type EpochMs, epochMs } from '../../../src/market/time.ts'
import type { Clock } from '../../../src/runtime/clock.ts'
import type { Journal } from './journal.ts'
import type { Random } from './random.ts'
import type { Timeline } from './timeline.ts'

/** What a request comes to, at the other end: an answer or an error, now or later. */
export type Serve<T> = (answer: (result: T) => void, refuse: (error: Error) => void) => void

/**
 * One process from its start to its end. Everything that it knows of the world comes through `deliver`, and everything that it does
 * goes through `request` or `act`: once it is dead nothing comes and nothing goes, wherever its code was waiting.
 */
export type Life = {
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  readonly isAlive: () => boolean
  /** Lets something come to the process: at once, when it goes on after a pause, or never. */
  readonly deliver: (act: () => void) => void
  /** Asks someone over the network. What is on its way arrives even if the process dies meanwhile. */
  readonly request: <T>(serve: Serve<T>) => Promise<T>
  /** Does something that needs no answer. */
  readonly act: (act: () => void) => void
  readonly kill: () => void
  readonly pause: () => void
  readonly goOn: () => void
  /** Lets it die between two of its next acts. */
  readonly dieAfterActs: (acts: number) => void
}

/** What a life is lived in. */
export type Surroundings = {
  readonly timeline: Timeline
  readonly journal: Journal
  readonly startAt: EpochMs
  /** How long a message is on its way now, in milliseconds. */
  readonly latencyMs: () => number
}

const clockOf = (life: Pick<Life, 'deliver'>, { timeline, startAt }: Surroundings, skewMs: number): Clock => ({
  now: () => epochMs(Math.floor(startAt + skewMs + timeline.nowMs())),
  monotonicMs: () => timeline.nowMs(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = (): void => {
        callOff()
        reject(signal?.reason)
      }
      const callOff = timeline.after(ms, () =>
        life.deliver(() => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        })
      )
      signal?.addEventListener('abort', onAbort, { once: true })
    })
})

/** Begins a life. `onDeath` is told of its end, whatever brought it about. */
export const beginLife = (
  name: string,
  around: Surroundings,
  random: Random,
  skewMs: number,
  onDeath: () => void
): Life => {
  const { timeline, journal, latencyMs } = around
  let state: 'running' | 'paused' | 'dead' = 'running'
  let actsLeft = Number.POSITIVE_INFINITY
  let waiting: (() => void)[] = []
  const deliver = (act: () => void): void => {
    if (state === 'running') act()
    else if (state === 'paused') waiting.push(act)
  }
  const kill = (): void => {
    if (state === 'dead') return
    state = 'dead'
    waiting = []
    journal.note(timeline.nowMs(), name, 'dies')
    onDeath()
  }
  /** False when the process is dead, or dies now. */
  const mayAct = (): boolean => {
    if (state === 'dead') return false
    if (actsLeft-- > 0) return true
    kill()
    return false
  }
  const later = (act: () => void): void => void timeline.after(latencyMs(), () => deliver(act))
  return {
    name,
    random,
    clock: clockOf({ deliver }, around, skewMs),
    isAlive: () => state !== 'dead',
    deliver,
    request: serve =>
      new Promise((resolve, reject) => {
        if (!mayAct()) return
        timeline.after(latencyMs(), () =>
          serve(
            result => later(() => resolve(result)),
            error => later(() => reject(error))
          )
        )
      }),
    act: act => (mayAct() ? act() : undefined),
    kill,
    pause: () => {
      if (state !== 'running') return
      state = 'paused'
      journal.note(timeline.nowMs(), name, 'pauses')
    },
    goOn: () => {
      if (state !== 'paused') return
      state = 'running'
      journal.note(timeline.nowMs(), name, 'goes on')
      for (const act of waiting.splice(0)) timeline.after(0, () => deliver(act))
    },
    dieAfterActs: acts => {
      actsLeft = acts
    }
  }
}
