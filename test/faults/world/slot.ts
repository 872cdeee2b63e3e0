import type { SimulatedProcess } from './simulated-process.ts'

/** The stages that a run plays, as the composition roots of the product put them together. */
export const STAGES = ['ingest', 'aggregate', 'sink'] as const

export type Stage = (typeof STAGES)[number]

/** One place for a process, which is started again when it has died; what `up` does for the stages. */
export type ProcessSlot = {
  readonly stage: Stage
  readonly life: () => SimulatedProcess | null
  /** When its present process began; null while there is none. */
  readonly bornAtMs: () => number | null
  readonly kill: () => void
  /** Asks it to stop, as Ctrl-C does. */
  readonly stop: () => void
  /** Stops it, and keeps the place empty until `release`. */
  readonly hold: () => void
  readonly release: () => void
  /** Sets the wall clock of its machine, so far ahead of the right time; those who begin there later have it as well. */
  readonly setClock: (aheadMs: number) => void
  /** Takes it for dead while it only stands still: another one begins, and for a while there are two. */
  readonly replace: (pausedMs: number, twoMs: number) => void
}
