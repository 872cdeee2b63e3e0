import type { EpochMs } from '../../../src/market/time.ts'
import type { Random } from './random.ts'
import { beginProcess, type SimulatedProcess } from './simulated-process.ts'
import type { ProcessSlot, Stage } from './slot.ts'
import { runStage } from './stages.ts'
import type { World } from './world.ts'

const RESTART = { leastMs: 400, mostMs: 4_000 }
/** A process that was asked to stop is killed after so long. */
const STOP_WITHIN_MS = 6_000

/** Keeps one process of a stage running, for ever. */
export const supervise = (
  stage: Stage,
  number: number,
  world: World,
  startAt: EpochMs,
  random: Random
): ProcessSlot => {
  const { timeline, journal, injector } = world
  let life: SimulatedProcess | null = null
  let stopper = new AbortController()
  let bornAtMs: number | null = null
  let births = 0
  let clockAheadMs = 0
  let isHeld = false
  const onDeath = (name: string): void => {
    if (life?.name !== name) return
    life = null
    bornAtMs = null
    if (!isHeld) timeline.after(random.int(RESTART.leastMs, RESTART.mostMs), fill)
  }
  const latencyMs = (): number => (injector.strikes('network slow') ? random.int(100, 400) : 0.2 + random.next() * 3)
  const start = (): void => {
    const name = `${stage}-${number}.${births++}`
    const around = { timeline, journal, startAt, latencyMs }
    const chance = random.fork(name)
    const skewMs = random.int(-800, 800)
    const born = beginProcess(
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
        if (error instanceof TypeError) journal.fault('stage ended by a bug')
        born.kill()
      }
    )
  }
  /** Starts one where there is none. */
  const fill = (): void => {
    if (life === null && !isHeld) start()
  }
  const stop = (): void => {
    const asked = life
    asked?.deliver(() => stopper.abort(new Error('asked to stop')))
    timeline.after(STOP_WITHIN_MS, () => asked?.kill())
  }
  timeline.after(random.int(0, 500), fill)
  return {
    stage,
    life: () => life,
    bornAtMs: () => bornAtMs,
    kill: () => life?.kill(),
    stop,
    hold: () => {
      isHeld = true
      stop()
    },
    release: () => {
      isHeld = false
      fill()
    },
    setClock: aheadMs => {
      clockAheadMs = aheadMs
    },
    replace: (pausedMs, twoMs) => {
      if (isHeld) return
      const zombie = life
      if (zombie) journal.fault(`${stage} taken for dead`)
      zombie?.pause()
      timeline.after(pausedMs, () => zombie?.goOn())
      timeline.after(pausedMs + twoMs, () => zombie?.kill())
      if (zombie) start()
    }
  }
}
