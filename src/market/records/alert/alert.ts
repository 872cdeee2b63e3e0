import type { EpochMs } from '../../time.ts'

/** What a rule can watch; each is a file in src/alert/kind/. */
export const ALERT_KINDS = [
  'z_score',
  'price',
  'correlation',
  'volume_spike',
  'volatility',
  'rsi',
  'gap',
  'stale'
] as const

export type AlertKind = (typeof ALERT_KINDS)[number]

export const ALERT_PRIORITIES = ['low', 'medium', 'high'] as const

export type AlertPriority = (typeof ALERT_PRIORITIES)[number]

export const ALERT_STATES = ['firing', 'resolved'] as const

/** What an alert is about: `exchange:BASE/QUOTE`, or `A~B`. */
export type AlertSubject = { readonly instrument: string } | { readonly pair: string }

/** A rule was crossed, or what crossed it came back. */
export type Alert = {
  /** The same for the same cause, however often it is computed; a resolved alert carries that of its firing. */
  readonly id: string
  readonly rule: string
  readonly kind: AlertKind
  readonly priority: AlertPriority
} & AlertSubject & {
    /** Event time of the record that crossed the rule, or came back. */
    readonly time: EpochMs
    /** What the rule watches, in its own unit; null when it ended because the rule did. */
    readonly value: number | null
    /** The bound that was crossed. */
    readonly threshold: number
    readonly state: (typeof ALERT_STATES)[number]
    readonly message: string
  }

/** Key of an alert: its instrument or its pair. */
export const alertKey = (of: AlertSubject): string => ('pair' in of ? of.pair : of.instrument)
