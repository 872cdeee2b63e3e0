import { describe, expect, test } from '@jest/globals'
import { CANDLE } from '../../src/market/records/derived/candle.ts'
import { namesOf } from '../../src/market/records/fields.ts'
import { brief, candlesOf } from '../support/driven-candles.ts'
import { DAY, heartbeat, lost, trade } from '../support/market.ts'

const at = (seconds: number): number => DAY + seconds * 1000
const briefs = (...args: Parameters<typeof candlesOf>): readonly string[] => candlesOf(...args).candles.map(brief)

describe('a window', () => {
  test('closes with the first trade of the next one, and the first window of a symbol is partial', () => {
    expect(briefs([trade(1, at(0.2)), trade(2, at(0.9)), trade(3, at(1.1)), trade(4, at(2))])).toEqual([
      '+0s r0 partial 2',
      '+1s r0 traded 1'
    ])
  })

  test('without trades repeats the close before it, once a heartbeat proves it empty', () => {
    const { candles } = candlesOf([trade(1, at(0), { price: '7.5' }), heartbeat(1, at(3))])
    expect(candles.map(brief)).toEqual(['+0s r0 partial 1', '+1s r0 empty 0', '+2s r0 empty 0'])
    expect(candles[2]).toMatchObject({
      open: '7.5',
      high: '7.5',
      low: '7.5',
      close: '7.5',
      volume: '0',
      quoteVolume: '0',
      firstTradeId: null,
      lastTradeId: null
    })
  })

  test('is written with its fields in the order of its table', () => {
    const { candles } = candlesOf([
      trade(1, at(0)),
      lost(2, 3, at(1)),
      trade(4, at(1)),
      { ...trade(1, at(5)), epoch: 1 }
    ])
    for (const candle of candles)
      expect(Object.keys(candle)).toEqual(namesOf(CANDLE.fields).filter(name => candle[name] !== undefined))
    expect(candles.map(({ missing }) => missing)).toContain(2)
  })

  test('does not close while nothing vouches for it', () => {
    expect(briefs([trade(1, at(0)), heartbeat(1, at(0.9))])).toEqual([])
  })

  test('is not published before the first trade of its symbol', () => {
    expect(briefs([heartbeat(0, at(5)), trade(1, at(9)), heartbeat(1, at(10))])).toEqual(['+9s r0 partial 1'])
  })

  test('counts a trade once, however often it comes', () => {
    const twice = [trade(1, at(0)), trade(2, at(1)), trade(2, at(1)), trade(1, at(0)), heartbeat(2, at(2))]
    expect(briefs(twice)).toEqual(['+0s r0 partial 1', '+1s r0 traded 1'])
  })

  test('takes open and close from time and id, not from arrival', () => {
    const ticks = [
      trade(1, at(0)),
      trade(4, at(1.5), { price: '4' }),
      trade(3, at(1.5), { price: '3' }),
      trade(2, at(1), { price: '2' }),
      heartbeat(4, at(2))
    ]
    expect(candlesOf(ticks).candles[1]).toMatchObject({
      open: '2',
      close: '4',
      high: '4',
      low: '2',
      firstTradeId: '2',
      lastTradeId: '4'
    })
  })
})

describe('a hole', () => {
  const before = [trade(1, at(0)), trade(2, at(1.1))]

  test('holds every window back that a missing trade could belong to, and what history fills is backfilled', () => {
    const ticks = [...before, trade(5, at(3.5)), trade(6, at(4.5))]
    expect(briefs(ticks)).toEqual(['+0s r0 partial 1'])
    const filled = [...ticks, trade(3, at(1.2), { via: 'history' }), trade(4, at(3.1), { via: 'history' })]
    expect(briefs(filled)).toEqual(['+0s r0 partial 1', '+1s r0 backfilled 2', '+2s r0 empty 0', '+3s r0 backfilled 2'])
  })

  test('filled by late frames of the stream leaves candles traded', () => {
    expect(briefs([...before, trade(4, at(2.2)), trade(3, at(1.5)), heartbeat(4, at(3))])).toEqual([
      '+0s r0 partial 1',
      '+1s r0 traded 2',
      '+2s r0 traded 1'
    ])
  })

  test('is waited for until the symbol has gone GAP_HOLD_MS past its discovery; then what it touches is a gap', () => {
    const ticks = [...before, trade(5, at(3.5)), heartbeat(5, at(13.5))]
    expect(briefs(ticks)).toEqual(['+0s r0 partial 1'])
    expect(briefs([...ticks, heartbeat(5, at(13.501))]).slice(1, 5)).toEqual([
      '+1s r0 gap 1 missing 2',
      '+2s r0 gap 0 missing 2',
      '+3s r0 gap 1 missing 2',
      '+4s r0 empty 0'
    ])
  })

  test('filled after its windows closed revises them once, when it has ended', () => {
    const held = [...before, trade(5, at(3.5)), heartbeat(5, at(14))]
    const filled = [...held, trade(3, at(1.2), { via: 'history' }), trade(4, at(3.1), { via: 'history' })]
    expect(briefs(filled).slice(-3)).toEqual(['+1s r1 backfilled 2', '+2s r1 empty 0', '+3s r1 backfilled 2'])
  })

  test('filled long after the horizon still revises its windows', () => {
    const held = [...before, trade(4, at(3.5)), heartbeat(4, at(500))]
    expect(briefs([...held, trade(3, at(1.2))]).slice(-3)).toEqual([
      '+1s r1 backfilled 2',
      '+2s r1 empty 0',
      '+3s r1 backfilled 1'
    ])
  })

  test('given up leaves a gap that says how many are missing, and lets the others close', () => {
    const ticks = [...before, trade(5, at(1.9)), lost(3, 4, at(2)), trade(6, at(2.2)), trade(7, at(3))]
    expect(briefs(ticks)).toEqual(['+0s r0 partial 1', '+1s r0 gap 2 missing 2', '+2s r0 traded 1'])
  })

  test('of a chain that has ended keeps no window open once the next one is vouched for', () => {
    const next = [trade(0, at(2.2), { epoch: 1 }), { ...heartbeat(0, at(4)), epoch: 1 }]
    expect(briefs([...before, trade(4, at(1.9)), ...next])).toEqual([
      '+0s r0 partial 1',
      '+1s r0 gap 2 missing 1',
      '+2s r0 gap 1 missing 0',
      '+3s r0 empty 0'
    ])
  })

  test('given up before the next trade came may have been printed as late as that one', () => {
    const ticks = [...before, lost(3, 3, at(1.1)), trade(4, at(3.2)), heartbeat(4, at(5))]
    expect(briefs(ticks)).toEqual([
      '+0s r0 partial 1',
      '+1s r0 gap 1 missing 1',
      '+2s r0 gap 0 missing 1',
      '+3s r0 gap 1 missing 1',
      '+4s r0 empty 0'
    ])
  })

  test('given up touches no window behind its neighbour, whenever that one comes', () => {
    const ticks = [...before, trade(5, at(4.5)), lost(3, 3, at(4.5)), trade(4, at(3.2)), heartbeat(5, at(5))]
    expect(briefs(ticks)).toEqual([
      '+0s r0 partial 1',
      '+1s r0 gap 1 missing 1',
      '+2s r0 gap 0 missing 1',
      '+3s r0 gap 1 missing 1',
      '+4s r0 traded 1'
    ])
  })

  test('given up touches no window before a heartbeat that knew of nothing newer', () => {
    const ticks = [...before, heartbeat(2, at(3.5)), lost(3, 3, at(1.1)), trade(4, at(4.2)), heartbeat(4, at(5))]
    expect(briefs(ticks)).toEqual([
      '+0s r0 partial 1',
      '+1s r0 traded 1',
      '+2s r0 empty 0',
      '+3s r0 gap 0 missing 1',
      '+4s r0 gap 1 missing 1'
    ])
  })

  test('given up touches no window behind a heartbeat that named it, whenever the next trade comes', () => {
    const named = [...before, heartbeat(3, at(2.5))]
    const expected = [
      '+0s r0 partial 1',
      '+1s r0 gap 1 missing 1',
      '+2s r0 gap 0 missing 1',
      '+3s r0 empty 0',
      '+4s r0 traded 1'
    ]
    const [given, next, end] = [lost(3, 3, at(2.5)), trade(4, at(4.2)), heartbeat(4, at(5))]
    expect(briefs([...named, given, next, end])).toEqual(expected)
    expect(briefs([...named, next, given, end])).toEqual(expected)
  })

  test('given up is revised by a heartbeat that comes late, and tells which of its trades came before', () => {
    const given = [...before, trade(5, at(3.5)), lost(3, 4, at(3.5)), heartbeat(5, at(4))]
    expect(briefs([...given, heartbeat(3, at(2.5))]).slice(1)).toEqual([
      '+1s r0 gap 1 missing 2',
      '+2s r0 gap 0 missing 2',
      '+3s r0 gap 1 missing 2',
      '+1s r1 gap 1 missing 1',
      '+3s r1 gap 1 missing 1'
    ])
  })

  test('given up and found after all turns the gap into a backfilled candle', () => {
    const ticks = [
      ...before,
      trade(4, at(1.9)),
      lost(3, 3, at(2)),
      heartbeat(4, at(3)),
      trade(3, at(1.5), { via: 'history' })
    ]
    expect(briefs(ticks)).toEqual([
      '+0s r0 partial 1',
      '+1s r0 gap 2 missing 1',
      '+2s r0 empty 0',
      '+1s r1 backfilled 3'
    ])
  })

  test('shows in wider candles as far as it touches them', () => {
    const ticks = [...before, trade(5, at(3.5)), lost(3, 4, at(4)), heartbeat(5, at(10))]
    const wide = candlesOf([trade(0, at(-9)), ...ticks], { intervals: ['1s', '5s'] }).candles.filter(
      candle => candle.interval === '5s'
    )
    expect(wide.map(brief)).toEqual([
      '+-10s r0 partial 1',
      '+-5s r0 empty 0',
      '+0s r0 gap 3 missing 2',
      '+5s r0 empty 0'
    ])
  })

  test('next to another is looked at as far as the trade between them, when it ends', () => {
    const { candles } = candlesOf([
      trade(1, at(0)),
      ...[trade(4, at(5.8)), heartbeat(5, at(6)), trade(2, at(1.5)), heartbeat(6, at(80))],
      ...[trade(3, at(5.4)), trade(5, at(5.9)), trade(6, at(10)), heartbeat(6, at(81))]
    ])
    const newest = new Map(candles.map(candle => [candle.openTime, candle.status]))
    expect([...newest.values()].filter(status => status === 'gap')).toEqual([])
  })

  test('that a heartbeat reveals holds windows back too', () => {
    expect(briefs([...before, heartbeat(4, at(5)), trade(5, at(6))])).toEqual(['+0s r0 partial 1'])
  })
})

describe('a late trade', () => {
  test('revises its closed window and the empty ones that repeat its close', () => {
    const ticks = [trade(1, at(0)), trade(2, at(1.1)), heartbeat(2, at(4)), trade(3, at(1.9), { price: '42' })]
    const { candles } = candlesOf(ticks)
    expect(candles.slice(-3).map(brief)).toEqual(['+1s r1 traded 2', '+2s r1 empty 0', '+3s r1 empty 0'])
    expect(candles.at(-1)).toMatchObject({ open: '42', close: '42' })
  })

  test('revises every wider candle that has closed, and is in those that have not', () => {
    const ticks = [trade(1, at(-20)), trade(2, at(1)), heartbeat(2, at(5)), trade(3, at(1.5)), heartbeat(3, at(10))]
    const { candles } = candlesOf(ticks, { intervals: ['1s', '5s', '10s'] })
    expect(candles.filter(candle => candle.interval === '5s' && candle.openTime === at(0)).map(brief)).toEqual([
      '+0s r0 traded 1',
      '+0s r1 traded 2'
    ])
    expect(candles.filter(candle => candle.interval === '10s' && candle.openTime === at(0)).map(brief)).toEqual([
      '+0s r0 traded 2'
    ])
  })

  test('behind the horizon is refused and leaves the candles alone', () => {
    const { candles, rejected } = candlesOf([trade(1, at(0)), heartbeat(1, at(100)), trade(2, at(1))])
    expect(candles.filter(candle => candle.revision > 0)).toEqual([])
    expect(rejected).toEqual([
      { position: 2, reason: 'late', detail: expect.stringContaining('trade 2 of 2024-08-09T00:00:01.000Z') }
    ])
  })
})

test('an id that is no number is refused by name', () => {
  expect(candlesOf([trade(1, at(0), { id: 'x7' })]).rejected).toEqual([
    { position: 0, reason: 'bad-id', detail: 'trade id x7 is not a whole number, so it proves nothing' }
  ])
})

test('ids that came before the first are taken in, and the window that was partial becomes whole', () => {
  const ticks = [trade(5, at(3.1)), heartbeat(5, at(4)), trade(4, at(1.5)), heartbeat(5, at(5))]
  expect(briefs(ticks)).toEqual([
    '+3s r0 partial 1',
    '+1s r0 partial 1',
    '+2s r0 empty 0',
    '+3s r1 traded 1',
    '+4s r0 empty 0'
  ])
})
