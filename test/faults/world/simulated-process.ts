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
export type SimulatedProcess = {
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

const clockOf = (
  life: Pick<SimulatedProcess, 'deliver'>,
  { timeline, startAt }: Surroundings,
  aheadMs: () => number
): Clock => ({
  now: () => epochMs(Math.floor(startAt + aheadMs() + timeline.nowMs())),
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

/** Where a process stands, and what waits for it to go on. */
type Course = { state: 'running' | 'paused' | 'catching up' | 'dead'; actsLeft: number; waiting: (() => void)[] }

const deliverTo = (course: Course, act: () => void): void => {
  if (course.state === 'running') act()
  else if (course.state !== 'dead') course.waiting.push(act)
}

/** Takes what waited, one after the other; what comes meanwhile waits as well. */
const catchUp = (course: Course, timeline: Timeline): void => {
  if (course.state !== 'catching up') return
  const act = course.waiting.shift()
  if (!act) {
    course.state = 'running'
    return
  }
  act()
  timeline.after(0, () => catchUp(course, timeline))
}

/** Begins a life whose wall clock is `aheadMs` ahead of the exchange's. `onDeath` is told of its end, whatever brought it about. */
export const beginProcess = (
  name: string,
  around: Surroundings,
  random: Random,
  aheadMs: () => number,
  onDeath: () => void
): SimulatedProcess => {
  const { timeline, journal, latencyMs } = around
  const course: Course = { state: 'running', actsLeft: Number.POSITIVE_INFINITY, waiting: [] }
  const deliver = (act: () => void): void => deliverTo(course, act)
  const turn = (state: Course['state'], what: string): void => {
    course.state = state
    journal.note(timeline.nowMs(), name, what)
  }
  const kill = (): void => {
    if (course.state === 'dead') return
    turn('dead', 'dies')
    course.waiting = []
    onDeath()
  }
  /** False when the process is dead, or dies now. */
  const mayAct = (): boolean => {
    if (course.state !== 'dead' && course.actsLeft-- <= 0) kill()
    return course.state !== 'dead'
  }
  const later = (act: () => void): void => void timeline.after(latencyMs(), () => deliver(act))
  const request: SimulatedProcess['request'] = serve =>
    new Promise((resolve, reject) => {
      if (!mayAct()) return
      const answer = (result: Parameters<typeof resolve>[0]): void => later(() => resolve(result))
      timeline.after(latencyMs(), () => serve(answer, error => later(() => reject(error))))
    })
  return {
    name,
    random,
    clock: clockOf({ deliver }, around, aheadMs),
    isAlive: () => course.state !== 'dead',
    deliver,
    request,
    act: act => (mayAct() ? act() : undefined),
    kill,
    pause: () => (course.state === 'running' || course.state === 'catching up' ? turn('paused', 'pauses') : undefined),
    goOn: () => {
      if (course.state !== 'paused') return
      turn('catching up', 'goes on')
      timeline.after(0, () => catchUp(course, timeline))
    },
    dieAfterActs: acts => {
      course.actsLeft = acts
    }
  }
}
