import type { EpochMs } from '../../time.ts'
import { nullable, number, optional, prose, type RecordTable, text, time, word } from '../fields.ts'

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
  readonly id: string
  readonly rule: string
  readonly kind: AlertKind
  readonly priority: AlertPriority
} & AlertSubject & {
    readonly time: EpochMs
    readonly value: number | null
    readonly threshold: number
    readonly state: (typeof ALERT_STATES)[number]
    readonly message: string
  }

export const ALERT: RecordTable<Alert> = {
  name: 'Alert',
  doc: 'One alert, raised or resolved',
  fields: {
    id: text('the same for the same cause, however often it is computed; that of its firing where it is resolved'),
    rule: text('name of the rule that raised it'),
    kind: word(ALERT_KINDS, 'what the rule is about'),
    priority: word(ALERT_PRIORITIES, 'how urgent its rule says it is'),
    instrument: optional(text('exchange:BASE/QUOTE that it is about'), 'it is about an instrument'),
    pair: optional(text('A~B that it is about'), 'it is about a pair'),
    time: time('event time of the record that crossed the rule, or came back'),
    value: nullable(number('what was measured', 'the kind’s own unit'), 'it ended because the rule did'),
    threshold: number('the bound that was crossed', 'the kind’s own unit'),
    state: word(ALERT_STATES, 'firing, or resolved'),
    message: prose('the same in words')
  },
  check: alert =>
    'pair' in alert === 'instrument' in alert ? 'it is about an instrument or about a pair; give one of them' : null
}

/** Key of an alert: its instrument or its pair. */
export const alertKey = (subject: AlertSubject): string => ('pair' in subject ? subject.pair : subject.instrument)
