import { describe, expect, test } from '@jest/globals'
import { alert } from '../../src/alert/alert.ts'
import { alertRules } from '../../src/alert/alert-rules.ts'
import { ruleSource } from '../../src/alert/rule-change.ts'
import { BUILT_IN_RULES } from '../../src/market/records/alert/alert-rule.ts'
import { alerts } from '../../src/topics.ts'
import { drive } from '../support/drive.ts'
import { BTC, candle, change, closes, indicatorsAt, MINUTE, pair, raised, rule, START, short } from './facts.ts'

const PRICE = { name: 'p', kind: 'price', instrument: BTC, above: 100, cooldownMs: 0 }
const price = rule(PRICE)

const told = (facts: Parameters<typeof raised>[1], builtIn = BUILT_IN_RULES) =>
  drive(alert(builtIn), facts).outputs.map(({ value }) => alerts.codec.decode(Buffer.from(value ?? '')))

describe('built-in rules', () => {
  test('say medium at two deviations and high at three, of every pair', () => {
    const z = [0, 2.5, 3.5, 0].map((zScore, n) => pair(n, { zScore }))
    expect(told(z).map(({ rule: name, priority, state }) => [name, priority, state])).toEqual([
      ['z_score-2', 'medium', 'firing'],
      ['z_score-3', 'high', 'firing'],
      ['z_score-2', 'medium', 'resolved'],
      ['z_score-3', 'high', 'resolved']
    ])
  })

  test('are silenced by a record of their name, and in force again without it', () => {
    const off = rule({ name: 'z_score-2', kind: 'z_score', enabled: false })
    const facts = [change(off, 0), pair(0, { zScore: 2.5 }), change('z_score-2', 1), pair(1, { zScore: 2.6 })]
    expect(short(told(facts))).toEqual(['2 firing'])
  })

  test('are what a user could have written', () => {
    for (const of of BUILT_IN_RULES) expect(rule(of)).toEqual(of)
  })
})

describe('a rule that changes', () => {
  test('is in force from its record on', () => {
    expect(short(raised([], [...closes(101), change(price, 1), candle(1, { close: '102' })]))).toEqual(['2 firing'])
  })

  test('goes on as it is when it is written again', () => {
    const facts = [...closes(101), change(price, 1), candle(1, { close: '102' })]
    expect(short(raised([price], facts))).toEqual(['1 firing'])
  })

  test.each([
    ['taken away', 'p'],
    ['changed', rule({ ...PRICE, above: 200 })],
    ['switched off', rule({ ...PRICE, enabled: false })]
  ])('ends what it had left firing when it is %s', (_how, to) => {
    const [firing, resolved, ...more] = raised([price], [...closes(101), change(to, 5), candle(6, { close: '102' })])
    expect(resolved).toEqual({
      ...firing,
      time: START + 5 * MINUTE,
      state: 'resolved',
      value: null,
      message: expect.stringContaining('p')
    })
    expect(more).toEqual([])
  })

  test('that was taken away and never was is nothing', () => {
    expect(raised([], [change('nobody', 0)])).toEqual([])
  })
})

describe('a corrected figure raises nothing', () => {
  test.each([
    [
      'candle',
      price,
      [candle(0, { close: '99' }), candle(1, { close: '99' })],
      candle(0, { close: '150', revision: 1 })
    ],
    ['newest candle', price, [candle(0, { close: '99' })], candle(0, { close: '150', revision: 1 })],
    ['pair', rule({ kind: 'z_score' }), [pair(0, { zScore: 0 }), pair(1, { zScore: 0 })], pair(0, { zScore: 9 })],
    ['indicator', rule({ kind: 'rsi' }), [indicatorsAt(0, { rsi14: 50 })], indicatorsAt(0, { rsi14: 99, revision: 1 })]
  ])('%s', (_what, of, before, corrected) => {
    expect(raised([of], [...before, corrected])).toEqual([])
  })

  test('but counts in the windows of what comes after it', () => {
    const of = rule({ kind: 'volume_spike', window: 2, above: 3 })
    const volume = (n: number, of: string, revision = 0) => candle(n, { volume: of, revision })
    const before = [volume(0, '1'), volume(1, '1')]
    expect(short(raised([of], [...before, volume(2, '4')]))).toEqual(['3 firing'])
    expect(raised([of], [...before, volume(0, '3', 1), volume(2, '4')])).toEqual([])
  })
})

test('what windows no longer need is forgotten, and a restored partition judges as one that never stopped', () => {
  const of = rule({ kind: 'volume_spike', window: 500, above: 3, cooldownMs: 0 })
  const spikes = Array.from({ length: 640 }, (_, n) =>
    candle(n, { volume: String(1 + (n % 7) + (n % 101 === 0 ? 40 : 0)) })
  )
  const undisturbed = drive(alert([of]), spikes).outputs
  expect(undisturbed.map(({ value }) => JSON.parse(value ?? '').state)).toEqual([
    'firing',
    'resolved',
    'firing',
    'resolved'
  ])
  const disturbed = drive(alert([of]), spikes, { commitEvery: 9, crashAt: [60, 505, 555, 606, 607] })
  expect(disturbed.outputs).toEqual(undisturbed)
})

describe('alert_rules', () => {
  const source = ruleSource('alert_rules')
  const label = (key: string) => ({ key: Buffer.from(key), timestamp: String(START) })

  test('go to every partition, tombstones too', () => {
    const { outputs } = drive(alertRules({ partitions: 3 }), [change(price, 0), change('p', 1)])
    expect(outputs.map(({ key, partition, value }) => [key, partition, value === null])).toEqual([
      ['p', 0, false],
      ['p', 1, false],
      ['p', 2, false],
      ['p', 0, true],
      ['p', 1, true],
      ['p', 2, true]
    ])
    expect(source.decode(Buffer.from(outputs[0]?.value ?? ''), label('p'))).toEqual(change(price, 0))
  })

  test('a record without a value takes the rule of its key away', () => {
    expect(source.decode(Buffer.alloc(0), label('p'))).toEqual({ kind: 'rule', name: 'p', rule: null, time: START })
  })

  test('a record is no rule when a field is wrong, or its key is not its name', () => {
    const bytes = Buffer.from(JSON.stringify(PRICE))
    expect(source.decode(bytes, label('p'))).toMatchObject({ rule: price })
    expect(() => source.decode(bytes, label('q'))).toThrow('"q" is not the rule\'s name')
    expect(() => source.decode(bytes, { key: null, timestamp: '0' })).toThrow('key')
    expect(() => source.decode(Buffer.from('{"name":"p","kind":"price","above":"x"}'), label('p'))).toThrow('above')
  })
})
