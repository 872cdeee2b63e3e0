import { describe, expect, test } from '@jest/globals'
import { epochMs } from '../../src/market/time.ts'
import {
  BTC,
  candle,
  clockAt,
  closes,
  hole,
  indicatorsAt,
  MINUTE,
  PAIR,
  pair,
  raised,
  rule,
  START,
  short
} from './facts.ts'

const volumes = (...of: readonly number[]) => of.map((volume, n) => candle(n, { volume: String(volume) }))

describe('a rule of kind', () => {
  test('price fires at the close that crosses it, with all that an alert says, and resolves when it is back', () => {
    const of = rule({ name: 'price-btc', kind: 'price', priority: 'high', instrument: BTC, above: 61_000 })
    const [firing, resolved, ...more] = raised([of], closes(60_000, 61_000, 61_686.5, 62_000, 60_950))
    expect(firing).toEqual({
      id: `price-btc:${BTC}:${START + 3 * MINUTE}`,
      rule: 'price-btc',
      kind: 'price',
      priority: 'high',
      instrument: BTC,
      time: START + 3 * MINUTE,
      value: 61_686.5,
      threshold: 61_000,
      state: 'firing',
      message: `${BTC}: price 61686.5 is above 61000`
    })
    expect(resolved).toEqual({
      ...firing,
      time: START + 5 * MINUTE,
      value: 60_950,
      state: 'resolved',
      message: `${BTC}: price 60950 is no longer above 61000`
    })
    expect(more).toEqual([])
  })

  test('price watches below as well, and is silent about other instruments', () => {
    const of = rule({ kind: 'price', instrument: BTC, below: 100 })
    expect(short(raised([of], closes(101, 99, 100)))).toEqual(['2 firing', '3 resolved'])
    expect(raised([of], [candle(0, { symbol: 'ETH/USDT', close: '1' })])).toEqual([])
  })

  test('price without an instrument judges each by itself', () => {
    const of = rule({ kind: 'price', above: 10 })
    const both = raised([of], [candle(0, { close: '11' }), candle(0, { symbol: 'ETH/USDT', close: '12' })])
    expect(both.map(({ id }) => id)).toEqual([`r:${BTC}:${START + MINUTE}`, `r:binance:ETH/USDT:${START + MINUTE}`])
  })

  test('price is judged by final candles alone', () => {
    const of = rule({ kind: 'price', above: 10 })
    expect(raised([of], [candle(0, { close: '11', final: false })])).toEqual([])
  })

  test('z_score fires on both sides of its band, at the interval and by the method that it names', () => {
    const of = rule({ kind: 'z_score', hysteresis: 0.5, cooldownMs: 0 })
    const z = [0, 2.1, 1.6, 1.5, -2.5, -1.4].map((zScore, n) => pair(n, { zScore }))
    const told = raised([of], z)
    expect(short(told)).toEqual(['2 firing', '4 resolved', '5 firing', '6 resolved'])
    expect(told.map(({ threshold }) => threshold)).toEqual([2, 2, -2, -2])
    expect(told[0]).toMatchObject({ pair: PAIR, message: `${PAIR}: z-score 2.1 is above 2` })
    expect(raised([of], [pair(0, { zScore: 9, method: 'kalman' }), pair(0, { zScore: 9, interval: '5m' })])).toEqual([])
  })

  test('z_score says nothing while the figure is undefined, and does not resolve for it', () => {
    const z = [null, 3, null, 0].map((zScore, n) => pair(n, { zScore }))
    expect(short(raised([rule({ kind: 'z_score' })], z))).toEqual(['2 firing', '4 resolved'])
  })

  test('what was over before we watched raises nothing, and what we see then does', () => {
    const rules = [rule({ kind: 'z_score', above: 2 }), rule({ name: 'hot', kind: 'rsi', above: 70, interval: '1m' })]
    const before = { standIn: true } as const
    const facts = [
      pair(0, { zScore: 5, ...before }),
      indicatorsAt(0, { rsi14: 90, ...before }),
      pair(1, { zScore: 5 }),
      indicatorsAt(1, { rsi14: 90 })
    ]
    expect(short(raised(rules, facts))).toEqual(['2 firing', '2 firing'])
  })

  test('correlation fires when it breaks down', () => {
    const values = [0.9, 0.49, 0.52, 0.56].map((correlation, n) => pair(n, { correlation }))
    expect(short(raised([rule({ kind: 'correlation' })], values))).toEqual(['2 firing', '4 resolved'])
  })

  test('rsi fires when overbought and when oversold', () => {
    const values = [50, 71, 66, 65, 29, 36].map((rsi14, n) => indicatorsAt(n, { rsi14 }))
    const told = raised([rule({ kind: 'rsi', instrument: BTC })], values)
    expect(short(told)).toEqual(['2 firing', '4 resolved', '5 firing', '6 resolved'])
    expect(raised([rule({ kind: 'rsi' })], [indicatorsAt(0, { rsi14: 90, final: false })])).toEqual([])
  })

  test('volume_spike holds a candle against the median of a whole window before it', () => {
    const of = rule({ kind: 'volume_spike', window: 4, above: 3, hysteresis: 1 })
    const told = raised([of], volumes(1, 2, 3, 4, 7.5, 12, 10))
    expect(short(told)).toEqual(['6 firing', '7 resolved'])
    expect(told[0]?.value).toBeCloseTo(12 / 3.5, 10)
  })

  test('volume_spike says nothing where nothing is usually traded', () => {
    expect(raised([rule({ kind: 'volume_spike', window: 2, above: 3 })], volumes(0, 0, 5, 5))).toEqual([])
  })

  test('volatility fires when the newest returns are wild against the whole window', () => {
    const of = rule({ kind: 'volatility', window: 8, shortWindow: 2, above: 1.5, hysteresis: 0.5 })
    const calm = Array.from({ length: 9 }, (_, n) => 100 + (n % 2) * 0.01)
    const told = raised([of], closes(...calm, 105, 100, 100, 100, 100))
    expect(short(told)).toEqual(['10 firing', '13 resolved'])
    // One wild return r among calm ones: of the two newest √(r²/2), of all eight √(r²/8).
    expect(told[0]?.value).toBeCloseTo(2, 4)
  })

  test('volatility needs candles that follow each other', () => {
    const of = rule({ kind: 'volatility', window: 3, shortWindow: 2, above: 1.1, hysteresis: 0 })
    const wild = [100, 100, 150, 100].map((close, n) => candle(n < 2 ? n : n + 1, { close: String(close) }))
    expect(raised([of], wild)).toEqual([])
  })

  test('gap fires for each hole, and resolves when it is filled', () => {
    const told = raised(
      [rule({ kind: 'gap' })],
      [hole('open'), hole('open', { fromId: '500', toId: '501', count: 2 }), hole('filled')]
    )
    expect(told.map(({ id, state, value }) => [id, state, value])).toEqual([
      [`r:${BTC}#100:${START}`, 'firing', 39],
      [`r:${BTC}#500:${START}`, 'firing', 2],
      [`r:${BTC}#100:${START}`, 'resolved', 0]
    ])
    expect(told[2]?.message).toBe(`${BTC}: 39 trades, ids 100 to 138, are filled`)
  })

  test('gap tells what is lost for good, also when it is known only then', () => {
    const told = raised([rule({ kind: 'gap' })], [hole('unrecoverable')])
    expect(told.map(({ state, message }) => [state, message])).toEqual([
      ['firing', `${BTC}: 39 trades, ids 100 to 138, are missing`],
      ['resolved', `${BTC}: 39 trades, ids 100 to 138, are lost for good`]
    ])
    expect(raised([rule({ kind: 'gap' })], [hole('filled')])).toEqual([])
  })

  test('gap tells of a minute that lacks volume, whenever its candle says so, and of no other', () => {
    const short = { status: 'gap', revision: 1, missingVolume: '0.25' } as const
    const facts = [
      candle(1, { status: 'unproven' }),
      candle(2, { status: 'unproven' }),
      candle(1, short),
      candle(2, { status: 'matched', revision: 1, matchedBy: ['volume'] }),
      candle(3, { ...short, final: false })
    ]
    const told = raised([rule({ kind: 'gap' })], facts)
    const minute = new Date(START + 60_000).toISOString()
    expect(told.map(({ id, state, value, message }) => [id, state, value, message])).toEqual([
      [
        `r:${BTC}@${START + 60_000}:${START + 120_000}`,
        'firing',
        1,
        `${BTC}: a volume of 0.25 of the minute ${minute} is missing`
      ],
      [
        `r:${BTC}@${START + 60_000}:${START + 120_000}`,
        'resolved',
        0,
        `${BTC}: a volume of 0.25 of the minute ${minute} is lost, unless it comes late`
      ]
    ])
    expect(raised([rule({ kind: 'gap', instrument: 'binance:ETH/USDT' })], facts)).toEqual([])
  })

  test('gap is silent about small holes where it is told to be', () => {
    expect(raised([rule({ kind: 'gap', above: 100 })], [hole('open'), hole('unrecoverable')])).toEqual([])
  })

  test('stale fires when an instrument falls silent by the clock records, and resolves when it speaks', () => {
    const of = rule({ kind: 'stale', above: 100 })
    const told = raised(
      [of],
      [candle(0), clockAt(60), clockAt(160), clockAt(165), candle(1, { final: false }), clockAt(170)]
    )
    expect(told.map(({ time, state, value }) => [(time - START) / 1_000, state, value])).toEqual([
      [165, 'firing', 105],
      [170, 'resolved', 5]
    ])
  })

  test('stale does not take a stage that stood still for a market that did', () => {
    const facts = [candle(0), clockAt(60), candle(200), clockAt(201 * 60)]
    expect(raised([rule({ kind: 'stale' })], facts)).toEqual([])
  })

  test('stale takes old candles that come late for a sign of life', () => {
    const facts = [candle(0), clockAt(60), clockAt(150), candle(1, { openTime: epochMs(START - MINUTE) }), clockAt(240)]
    expect(raised([rule({ kind: 'stale', above: 120 })], facts)).toEqual([])
  })
})
