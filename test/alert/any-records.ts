import fc from 'fast-check'
import type { Observation } from '../../src/alert/observation.ts'
import type { RuleChange } from '../../src/alert/rule-change.ts'
import type { AlertRule } from '../../src/market/records/alert/alert-rule.ts'
import { BTC, candle, change, clockAt, hole, indicatorsAt, pair, rule } from './facts.ts'

const RULES: readonly AlertRule[] = [
  rule({ name: 'price', kind: 'price', above: 102, below: 98, hysteresis: 1, cooldownMs: 120_000 }),
  rule({ name: 'price', kind: 'price', instrument: BTC, above: 101, hysteresis: 0, cooldownMs: 0 }),
  rule({ name: 'spike', kind: 'volume_spike', window: 3, above: 2, cooldownMs: 0 }),
  rule({ name: 'wild', kind: 'volatility', window: 4, shortWindow: 2, above: 1.2, hysteresis: 0.1, cooldownMs: 0 }),
  rule({ name: 'apart', kind: 'correlation', cooldownMs: 0 }),
  rule({ name: 'hot', kind: 'rsi', cooldownMs: 60_000 }),
  rule({ name: 'hole', kind: 'gap' }),
  rule({ name: 'silent', kind: 'stale', above: 60, cooldownMs: 0 }),
  rule({ name: 'z_score-2', kind: 'z_score', enabled: false })
]

const minute = fc.nat({ max: 130 })
const symbol = fc.constantFrom('BTC/USDT', 'ETH/USDT')
const candles = fc
  .tuple(minute, symbol, fc.integer({ min: 95, max: 105 }), fc.integer({ min: 0, max: 9 }), fc.boolean())
  .map(
    ([n, of, close, volume, final]): Observation =>
      candle(n, { symbol: of, close: `${close}`, volume: `${volume}`, final })
  )
const facts: fc.Arbitrary<Observation | RuleChange> = fc.oneof(
  { arbitrary: candles, weight: 4 },
  fc.tuple(minute, fc.integer({ min: -8, max: 8 })).map(([n, z]) => pair(n, { zScore: z / 2, correlation: z / 8 })),
  fc.tuple(minute, fc.nat({ max: 100 })).map(([n, rsi14]) => indicatorsAt(n, { rsi14 })),
  fc
    .tuple(fc.constantFrom('open', 'filled', 'unrecoverable'), fc.nat({ max: 3 }))
    .map(([status, id]) => hole(status, { fromId: String(100 + id) })),
  fc.nat({ max: 7_800 }).map(clockAt),
  fc.tuple(fc.constantFrom(...RULES), minute, fc.boolean()).map(([of, n, isGone]) => change(isGone ? of.name : of, n))
)
/** Everything that a partition may hold, in any order; rules of every kind first. */
export const anyRecords = fc
  .array(facts, { maxLength: 120 })
  .map(of => [...RULES.slice(1).map(one => change(one, 0)), ...of])
