import type { AlertKindOf } from './alert-kind.ts'
import { pairSignal } from './pair-signal.ts'

/** The spread of a pair, in standard deviations of its window. */
export const zScore: AlertKindOf = { on: 'pair', what: 'z-score', signals: pairSignal('zScore') }
