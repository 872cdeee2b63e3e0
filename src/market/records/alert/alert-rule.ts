import { INTERVALS, type Interval } from '../../interval.ts'
import { PAIR_METHODS, type PairMethod } from '../derived/pair-stats.ts'
import { count, flag, number, optional, type RecordTable, text, word } from '../fields.ts'
import { ALERT_KINDS, ALERT_PRIORITIES, type AlertKind, type AlertPriority } from './alert.ts'

/** What raises alerts. A rule without `instrument` or `pair` is for all of them. */
export type AlertRule = {
  readonly name: string
  readonly kind: AlertKind
  readonly enabled: boolean
  readonly priority: AlertPriority
  readonly instrument?: string
  readonly pair?: string
  readonly interval?: Interval
  readonly method?: PairMethod
  readonly window?: number
  readonly shortWindow?: number
  readonly above?: number
  readonly below?: number
  readonly hysteresis: number
  readonly cooldownMs: number
}

const [MINUTES, UNIT, TAKES] = ['1m candles', 'the kind’s own unit', 'its kind takes one']

export const ALERT_RULE: RecordTable<AlertRule> = {
  name: 'AlertRule',
  doc: 'What raises alerts',
  fields: {
    name: text('its name: letters, digits, dots, underscores and hyphens'),
    kind: word(ALERT_KINDS, 'what it is about'),
    enabled: flag('false: it raises nothing'),
    priority: word(ALERT_PRIORITIES, 'how urgent its alerts are'),
    instrument: optional(text('exchange:BASE/QUOTE that it is for'), 'it is for one'),
    pair: optional(text('A~B that it is for'), 'it is for one'),
    interval: optional(word(INTERVALS, 'length of the candles that it looks at'), TAKES),
    method: optional(word(PAIR_METHODS, 'how the hedge ratio is estimated'), TAKES),
    window: optional(count('how many candles it looks back on; of a volatility the long window', MINUTES), TAKES),
    shortWindow: optional(count('of a volatility: the short window', MINUTES), TAKES),
    above: optional(number('fires above it', UNIT), 'it has an upper bound'),
    below: optional(number('fires below it', UNIT), 'it has a lower bound'),
    hysteresis: number('how far a value must come back behind the bound to resolve', UNIT),
    cooldownMs: count(
      'how long the same bound is silent for the same subject after a firing, in event time',
      'milliseconds'
    )
  }
}

/** Fields that not every kind takes. */
export type SpecialField = 'instrument' | 'pair' | 'interval' | 'method' | 'window' | 'shortWindow'

/** What a rule of one kind is about, which fields it takes, and what stands for those left out. */
export type KindDefaults = Omit<AlertRule, 'name' | 'kind' | 'enabled' | 'instrument' | 'pair'> & {
  /** What its values are, for messages and help. */
  readonly unit: string
  readonly takes: readonly SpecialField[]
}

/** Candles that are kept of each instrument for windows. */
export const MAX_WINDOW = 500

const COOLDOWN_MS = 300_000

export const KIND_DEFAULTS: Readonly<Record<AlertKind, KindDefaults>> = {
  z_score: {
    unit: 'standard deviations',
    takes: ['pair', 'interval', 'method'],
    priority: 'medium',
    interval: '1m',
    method: 'ols',
    above: 2,
    below: -2,
    hysteresis: 0.5,
    cooldownMs: COOLDOWN_MS
  },
  price: {
    unit: 'quote currency',
    takes: ['instrument'],
    priority: 'medium',
    hysteresis: 0,
    cooldownMs: COOLDOWN_MS
  },
  correlation: {
    unit: 'from -1 to 1',
    takes: ['pair', 'interval', 'method'],
    priority: 'medium',
    interval: '1m',
    method: 'ols',
    below: 0.5,
    hysteresis: 0.05,
    cooldownMs: COOLDOWN_MS
  },
  volume_spike: {
    unit: 'volume of a 1m candle over the median of those before it',
    takes: ['instrument', 'window'],
    priority: 'low',
    window: 60,
    above: 5,
    hysteresis: 1,
    cooldownMs: COOLDOWN_MS
  },
  volatility: {
    unit: 'realised volatility of the short window over that of the long one',
    takes: ['instrument', 'window', 'shortWindow'],
    priority: 'medium',
    window: 60,
    shortWindow: 10,
    above: 2,
    hysteresis: 0.5,
    cooldownMs: COOLDOWN_MS
  },
  rsi: {
    unit: 'from 0 to 100',
    takes: ['instrument', 'interval'],
    priority: 'low',
    interval: '1m',
    above: 70,
    below: 30,
    hysteresis: 5,
    cooldownMs: COOLDOWN_MS
  },
  gap: {
    unit: 'missing trades of a gap',
    takes: ['instrument'],
    priority: 'high',
    above: 0,
    hysteresis: 0,
    cooldownMs: 0
  },
  stale: {
    unit: 'seconds without a candle, open or final',
    takes: ['instrument'],
    priority: 'high',
    above: 180,
    hysteresis: 0,
    cooldownMs: COOLDOWN_MS
  }
}

const zScore = (bound: number, priority: AlertPriority): AlertRule => {
  const { interval, method, hysteresis, cooldownMs } = KIND_DEFAULTS.z_score
  return {
    name: `z_score-${bound}`,
    kind: 'z_score',
    enabled: true,
    priority,
    ...(interval ? { interval } : {}),
    ...(method ? { method } : {}),
    above: bound,
    below: -bound,
    hysteresis,
    cooldownMs
  }
}

/** In force without a record, for every pair; a record of the same name takes the place of one. */
export const BUILT_IN_RULES: readonly AlertRule[] = [zScore(2, 'medium'), zScore(3, 'high')]
