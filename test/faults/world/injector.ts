import type { Journal } from './journal.ts'
import type { Random } from './random.ts'

/** What goes wrong at the moment, by chance at each turn. Nothing does once faults have ended. */
export type FaultInjector = {
  /** Chances between 0 and 1. */
  readonly chances: Record<FaultKind, number>
  /** Whether this happens now; what happens is counted. */
  readonly strikes: (trouble: FaultKind) => boolean
  readonly calm: () => void
}

/** The kinds of trouble, in the words that the summary prints. */
const TROUBLES = [
  'broker away',
  'request refused',
  'ack lost',
  'batch half taken',
  'record refused for good',
  'commit refused',
  'commit answer lost',
  'transaction left open',
  'transaction not authorized',
  'coordinator not available',
  'network slow',
  'process slow',
  'database away',
  'database breaks off',
  'database answer lost',
  'database demoted',
  'socket refused',
  'frame dropped',
  'frame repeated',
  'frame late',
  'frame overdue',
  'frame malformed',
  'frame of the future',
  'trade of the future',
  'history fails',
  'history slow',
  'history refuses',
  'history lags',
  'history talks nonsense'
] as const

export type FaultKind = (typeof TROUBLES)[number]

export const createFaultInjector = (random: Random, journal: Journal): FaultInjector => {
  const still = (): Record<FaultKind, number> =>
    Object.fromEntries(TROUBLES.map(trouble => [trouble, 0])) as Record<FaultKind, number>
  const chances = still()
  return {
    chances,
    strikes: trouble => {
      const chance = chances[trouble]
      if (chance === 0 || !random.chance(chance)) return false
      journal.fault(trouble)
      return true
    },
    calm: () => void Object.assign(chances, still())
  }
}
