import type { Alert } from '../market/records/alert/alert.ts'
import type { AlertRule } from '../market/records/alert/alert-rule.ts'
import type { CandleRows } from './candle-rows.ts'
import { alertKinds } from './kind/registry.ts'
import type { Observation } from './observation.ts'

/** The last alert of a rule for a subject, at one of its bounds. Kept while it fires, and during the cooldown afterwards. */
export type Crossing = { readonly firing: Alert; readonly isFiring: boolean }

/** What stands in one partition, and what its rules have said of it. */
export type AlertState = {
  /** Rules that were written, by name; those built in stand in no state. */
  readonly rules: Map<string, AlertRule>
  /** Rules in force, by what they listen to; derived from `rules`. */
  active: ReadonlyMap<Observation['kind'], readonly AlertRule[]>
  /** By `edgeKey`. */
  readonly crossings: Map<string, Crossing>
  /** When a record of each instrument last came, by the clock of the records. */
  readonly lastObserved: Map<string, number>
  /** The newest open time of each series of figures. */
  readonly newest: Map<string, number>
  readonly candles: Map<string, CandleRows>
  /** Of the newest clock record. */
  clock: number
  /** Parts that changed since the last commit. */
  readonly changed: Set<string>
}

/** Rules in force: what was written takes the place of what is built in. */
export const activeRules = (
  rules: ReadonlyMap<string, AlertRule>,
  builtIn: readonly AlertRule[]
): AlertState['active'] => {
  const all = [...new Map([...builtIn.map(rule => [rule.name, rule] as const), ...rules]).values()]
  const enabled = all.filter(rule => rule.enabled).sort((a, b) => (a.name < b.name ? -1 : 1))
  return Map.groupBy(enabled, rule => alertKinds[rule.kind].on)
}

/** Of a partition in which nothing has come. */
export const newAlertState = (builtIn: readonly AlertRule[]): AlertState => ({
  rules: new Map(),
  active: activeRules(new Map(), builtIn),
  crossings: new Map(),
  lastObserved: new Map(),
  newest: new Map(),
  candles: new Map(),
  clock: 0,
  changed: new Set()
})

/** A rule's name holds no slash. */
export const crossingKey = (rule: string, side: string, subject: string): string => `${rule}/${side}/${subject}`
