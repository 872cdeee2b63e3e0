import type { Interval } from '../../interval.ts'
import type { PairMethod } from '../derived/pair-stats.ts'
import type { AlertKind, AlertPriority } from './alert.ts'

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
  /** In 1m candles; of a volatility, the long one. */
  readonly window?: number
  /** Of a volatility: the short window, in 1m candles. */
  readonly shortWindow?: number
  /** Fires past it; in the kind's unit. */
  readonly above?: number
  readonly below?: number
  /** How far a value must come back behind the bound to resolve, in the kind's unit. */
  readonly hysteresis: number
  /** After a firing, the same bound is silent for the same subject so long, in milliseconds of event time. */
  readonly cooldownMs: number
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
    unit: 'missing trades of a hole',
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
