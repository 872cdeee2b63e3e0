import { alert } from '../../src/alert/alert.ts'
import type { Observation } from '../../src/alert/observation.ts'
import type { RuleChange } from '../../src/alert/rule-change.ts'
import type { Alert } from '../../src/market/records/alert/alert.ts'
import type { AlertRule } from '../../src/market/records/alert/alert-rule.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { INDICATOR_FIGURES, type Indicators } from '../../src/market/records/derived/indicators.ts'
import { PAIR_FIGURES, type PairStats } from '../../src/market/records/derived/pair-stats.ts'
import type { Gap } from '../../src/market/records/feed/gap.ts'
import { epochMs } from '../../src/market/time.ts'
import { checkAlertRule } from '../../src/stream/codec/alert/check-alert-rule.ts'
import { alerts } from '../../src/topics.ts'
import { candleAt } from '../support/candles.ts'
import { drive } from '../support/drive.ts'

export const MINUTE = 60_000
/** Open time of the candle 0 of `candleAt`. */
export const START = candleAt(0).openTime
export const BTC = 'binance:BTC/USDT'
export const PAIR = 'binance:BTC/USDT~binance:ETH/USDT'

/** A rule as it is written, with the defaults filled in. */
export const rule = (fields: Readonly<Record<string, unknown>>): AlertRule => {
  const { rule: checked, problems } = checkAlertRule({ name: 'r', ...fields })
  if (!checked) throw new Error(JSON.stringify(problems))
  return checked
}

export const change = (of: AlertRule | string, n: number): RuleChange => {
  const time = epochMs(START + n * MINUTE)
  return typeof of === 'string'
    ? { kind: 'rule', name: of, rule: null, time }
    : { kind: 'rule', name: of.name, rule: of, time }
}

export const candle = (n: number, more: Partial<Candle> = {}): Observation => ({
  kind: 'candle',
  record: candleAt(n, more)
})

export const closes = (...prices: readonly number[]): readonly Observation[] =>
  prices.map((price, n) => candle(n, { close: String(price) }))

export const pair = (n: number, more: Partial<PairStats> = {}): Observation => ({
  kind: 'pair',
  record: {
    a: 'binance:BTC/USDT',
    b: 'binance:ETH/USDT',
    interval: '1m',
    openTime: epochMs(START + n * MINUTE),
    window: 240,
    method: 'ols',
    ...(Object.fromEntries(PAIR_FIGURES.map(name => [name, null])) as Pick<PairStats, (typeof PAIR_FIGURES)[number]>),
    cointegrated: null,
    ...more
  }
})

export const indicatorsAt = (n: number, more: Partial<Indicators> = {}): Observation => ({
  kind: 'indicators',
  record: {
    exchange: 'binance',
    symbol: 'BTC/USDT',
    interval: '1m',
    openTime: epochMs(START + n * MINUTE),
    final: true,
    revision: 0,
    ...(Object.fromEntries(INDICATOR_FIGURES.map(name => [name, null])) as Pick<
      Indicators,
      (typeof INDICATOR_FIGURES)[number]
    >),
    ...more
  }
})

export const hole = (status: Gap['status'], more: Partial<Gap> = {}): Observation => ({
  kind: 'gap',
  record: {
    exchange: 'binance',
    symbol: 'BTC/USDT',
    fromId: '100',
    toId: '138',
    count: 39,
    detectedAt: epochMs(START),
    status,
    cause: 'disconnect',
    closedAt: status === 'open' ? null : epochMs(START + 5_000),
    ...more
  }
})

/** `seconds` after the start. */
export const clockAt = (seconds: number): Observation => ({ kind: 'clock', time: epochMs(START + seconds * 1_000) })

/** What rules that are written at the start say of what comes then, without those built in. */
export const raised = (rules: readonly AlertRule[], facts: readonly (Observation | RuleChange)[]): readonly Alert[] =>
  drive(alert([]), [...rules.map(of => change(of, 0)), ...facts]).outputs.map(({ value }) =>
    alerts.codec.decode(Buffer.from(value ?? ''))
  )

/** The same in short: minutes from the start, and what happened. */
export const short = (of: readonly Alert[]): readonly string[] =>
  of.map(({ time, state }) => `${(time - START) / MINUTE} ${state}`)
