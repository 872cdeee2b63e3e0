import type { AlertSubject } from '../../market/records/alert/alert.ts'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import type { EpochMs } from '../../market/time.ts'
import type { CandleRow } from '../candle-rows.ts'
import type { Observation } from '../observation.ts'

/** What a rule watches, at one time. */
export type Signal = {
  /** Tells what is judged apart from the rest; of a gap it says more than `about`. */
  readonly subject: string
  readonly about: AlertSubject
  readonly time: EpochMs
  /** In the kind's unit; null while it is undefined, which neither crosses a bound nor comes back. */
  readonly value: number | null
  /** Nothing comes after it. */
  readonly isLast?: boolean
  /** Where the standard words do not serve. */
  readonly message?: string
}

/** What is known beside the fact in hand. */
export type Context = {
  /** The newest final 1m candles of an instrument, ascending. */
  readonly candles: (instrument: string) => readonly CandleRow[]
  /** When each instrument was last heard of. */
  readonly lastObserved: ReadonlyMap<string, number>
}

/** One kind of rule: what it listens to, and what that says. */
export type AlertKindOf = {
  readonly on: Observation['kind']
  /** The watched value, in words. */
  readonly what: string
  /** Pure. What the rule has to judge now that the fact has come; none where it is not about it. */
  readonly signals: (rule: AlertRule, observation: Observation, context: Context) => readonly Signal[]
}

/** True for a rule that is about this instrument, or about all. */
export const isAbout = (rule: AlertRule, instrument: string): boolean =>
  rule.instrument === undefined || rule.instrument === instrument
