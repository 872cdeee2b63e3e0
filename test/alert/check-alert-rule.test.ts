import { describe, expect, test } from '@jest/globals'
import { ALERT_KINDS } from '../../src/market/records/alert/alert.ts'
import { alertRuleCodec } from '../../src/stream/codec/alert/alert-rule-codec.ts'
import { checkAlertRule } from '../../src/stream/codec/alert/check-alert-rule.ts'

const fieldsOf = (value: unknown): readonly string[] => checkAlertRule(value).problems.map(({ field }) => field)

describe('a rule that somebody wrote', () => {
  test.each(ALERT_KINDS)('of kind %s needs a name and a kind, and a price its bound; the rest has defaults', kind => {
    const { rule } = checkAlertRule({ name: 'r', kind, ...(kind === 'price' ? { above: 1 } : {}) })
    expect(rule).toMatchObject({ name: 'r', kind, enabled: true })
    expect(checkAlertRule(rule)).toEqual({ rule, problems: [], unknown: [] })
    const bytes = alertRuleCodec.encode(rule!)
    expect(alertRuleCodec.encode(alertRuleCodec.decode(Buffer.from(bytes)))).toBe(bytes)
  })

  test('with one bound has that one alone', () => {
    expect(checkAlertRule({ name: 'r', kind: 'z_score', above: 4 }).rule).not.toHaveProperty('below')
    expect(checkAlertRule({ name: 'r', kind: 'z_score' }).rule).toMatchObject({ above: 2, below: -2 })
  })

  test('is told every field that is wrong at once, and what is allowed', () => {
    const { rule, problems } = checkAlertRule({
      name: 'a/b',
      kind: 'z_score',
      enabled: 'yes',
      priority: 'urgent',
      pair: 'binance:BTC/USDT',
      interval: '2m',
      method: 'lasso',
      above: 'high',
      hysteresis: -1,
      cooldownMs: 1.5
    })
    expect(rule).toBeNull()
    const fields = ['name', 'enabled', 'priority', 'pair', 'interval', 'method', 'above', 'hysteresis', 'cooldownMs']
    for (const field of fields) expect(problems.map(one => one.field)).toContain(field)
    expect(problems.find(({ field }) => field === 'priority')?.says).toBe('"urgent" is not one of low, medium, high')
  })

  test.each([
    [{ kind: 'price', above: 1 }, 'name'],
    [{ name: 'r' }, 'kind'],
    [{ name: 'r', kind: 'prize', above: 1 }, 'kind'],
    [{ name: 'r', kind: 'price' }, 'above'],
    [{ name: 'r', kind: 'price', above: 1, below: 2 }, 'below'],
    [{ name: 'r', kind: 'price', above: Number.NaN }, 'above'],
    [{ name: 'r', kind: 'price', above: 1, pair: 'binance:A/B~binance:C/D' }, 'pair'],
    [{ name: 'r', kind: 'price', above: 1, instrument: 'BTC' }, 'instrument'],
    [{ name: 'r', kind: 'gap', window: 5 }, 'window'],
    [{ name: 'r', kind: 'volume_spike', window: 1 }, 'window'],
    [{ name: 'r', kind: 'volatility', window: 10, shortWindow: 10 }, 'shortWindow'],
    [{ name: 'r', kind: 'rsi', hysteresis: '5' }, 'hysteresis'],
    ['price', 'rule'],
    [null, 'rule']
  ])('%j is refused for its %s', (value, field) => {
    expect(fieldsOf(value)).toEqual([field])
  })

  test('a field that no rule has is named, and ignored in a record', () => {
    const value = { name: 'r', kind: 'rsi', treshold: 5 }
    expect(checkAlertRule(value)).toMatchObject({ problems: [], unknown: ['treshold'] })
    expect(alertRuleCodec.decode(Buffer.from(JSON.stringify(value)))).toMatchObject({ above: 70, below: 30 })
  })
})
