import type { EpochMs } from '../../../src/market/time.ts'
import { beginLife, type Life } from './life.ts'
import type { Random } from './random.ts'
import { runStage, type Stage, type World } from './stages.ts'

/** One place for a process, which is started again when it has died; what `up` does for the stages. */
export type Berth = {
  readonly stage: Stage
  readonly life: () => Life | null
  /** When its present process began; null while there is none. */
  readonly bornAtMs: () => number | null
  readonly kill: () => void
  /** Asks it to stop, as Ctrl-C does. */
  readonly stop: () => void
  /** Sets the wall clock of its machine, so far ahead of the right time; those who begin there later have it as well. */
  readonly setClock: (aheadMs: number) => void
  /** Takes it for dead while it only stands still: another one begins, and for a while there are two. */
  readonly replace: (pausedMs: number, twoMs: number) => void
}

const RESTART = { leastMs: 400, mostMs: 4_000 }
/** A process that was asked to stop is killed after so long. */
const STOP_WITHIN_MS = 6_000

/** Keeps one process of a stage running, for ever. */
export const keep = (stage: Stage, number: number, world: World, startAt: EpochMs, random: Random): Berth => {
  const { timeline, journal, weather } = world
  let life: Life | null = null
  let stopper = new AbortController()
  let bornAtMs: number | null = null
  let births = 0
  let clockAheadMs = 0
  const onDeath = (name: string): void => {
    if (life?.name !== name) return
    life = null
    bornAtMs = null
    timeline.after(random.int(RESTART.leastMs, RESTART.mostMs), start)
  }
  const latencyMs = (): number => (weather.strikes('network slow') ? random.int(100, 400) : 0.2 + random.next() * 3)
  const start = (): void => {
    const name = `${stage}-${number}.${births++}`
    const around = { timeline, journal, startAt, latencyMs }
    const chance = random.fork(name)
    const skewMs = random.int(-800, 800)
    const born = beginLife(
      name,
      around,
      chance,
      () => skewMs + clockAheadMs,
      () => onDeath(name)
    )
    life = born
    bornAtMs = timeline.nowMs()
    const stop = new AbortController()
    stopper = stop
    world.born.push({ stage, number, release: () => stop.abort(new Error('the world is over')) })
    journal.note(bornAtMs, name, 'begins')
    runStage(stage, world, born, stop.signal).then(
      () => born.kill(),
      error => {
        if (!born.isAlive()) return
        journal.note(timeline.nowMs(), name, `ends: ${String(error)}`)
        if (!stopper.signal.aborted) journal.fault('stage ended by itself')
        born.kill()
      }
    )
  }
  timeline.after(random.int(0, 500), start)
  return {
    stage,
    life: () => life,
    bornAtMs: () => bornAtMs,
    kill: () => life?.kill(),
    stop: () => {
      const asked = life
      asked?.deliver(() => stopper.abort(new Error('asked to stop')))
      timeline.after(STOP_WITHIN_MS, () => asked?.kill())
    },
    setClock: aheadMs => {
      clockAheadMs = aheadMs
    },
    replace: (pausedMs, twoMs) => {
      const zombie = life
      if (zombie) journal.fault(`${stage} taken for dead`)
      zombie?.pause()
      timeline.after(pausedMs, () => zombie?.goOn())
      timeline.after(pausedMs + twoMs, () => zombie?.kill())
      if (zombie) start()
    }
  }
}
