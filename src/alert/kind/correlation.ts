import type { AlertKindOf } from './alert-kind.ts'
import { pairSignal } from './pair-signal.ts'

/** What two instruments have in common breaks down. */
export const correlation: AlertKindOf = { on: 'pair', what: 'correlation', signals: pairSignal('correlation') }
