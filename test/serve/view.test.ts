import { describe, expect, test } from '@jest/globals'
import { INTERVALS } from '../../src/market/interval.ts'
import type { Alert } from '../../src/market/records/alert/alert.ts'
import type { Composite } from '../../src/market/records/derived/composite.ts'
import { epochMs } from '../../src/market/time.ts'
import { backOffMs } from '../../src/web/connect/back-off.ts'
import { isNextInLine } from '../../src/web/connect/server-message.ts'
import { isTail } from '../../src/web/draw/follow.ts'
import { chartParams, chartViewOf } from '../../src/web/view/chart-view.ts'
import { placesOf, shownSpan, spanAt } from '../../src/web/view/in-view.ts'
import { newestById } from '../../src/web/view/lists/alert-list.ts'
import { isNewer, mergeByTime } from '../../src/web/view/lists/time-list.ts'
import { marksOf, statusWords } from '../../src/web/view/marks.ts'
import { pairChoices, pairViewOf } from '../../src/web/view/pair-view.ts'
import { intervalFor } from '../../src/web/view/ranges.ts'
import { hrefOf, parseRoute } from '../../src/web/view/route.ts'
import {
  bpsWords,
  leadWords,
  missingWords,
  newestComposite,
  proofClass,
  shareWords
} from '../../src/web/view/venues-view.ts'
import { EMPTY_ROW, sparkPoints, withCandle, withHistory } from '../../src/web/view/watch-row.ts'
import { fakeAlert, fakeCandle, fakeComposite, fakePair } from '../support/fake-records.ts'

const NOW = 1_764_000_000_000
const LISTED = [
  { key: 'sim:BTC/USDT', intervals: INTERVALS },
  { key: 'sim:ETH/USDT', intervals: INTERVALS }
]

const candle = (minute: number, change: object = {}) => ({
  ...fakeCandle('BTC/USDT', '1m', NOW + minute * 60_000, NOW + 9e9),
  status: 'traded' as const,
  ...change
})

describe('a symbol across venues', () => {
  const at = (minute: number, more: Partial<Composite> = {}) => fakeComposite('BTC/USDT', NOW + minute * 60_000, more)

  test('is shown as of its newest minute, in its newest revision', () => {
    const revised = at(1, { revision: 1 })
    expect(newestComposite(null, [at(1), at(0), revised, at(1), at(0, { revision: 3 })])).toEqual(revised)
    expect(newestComposite(revised, [at(2)])).toEqual(at(2))
    expect(newestComposite(revised, [])).toBe(revised)
  })

  test('says who moves first by the minute, and that it does not know', () => {
    expect([2, 0, -1, null].map(leadWords)).toEqual(['leads by 2 min', 'same minute', 'follows by 1 min', 'not known'])
  })

  test('says how far a venue is from the price by a sign, and nothing where it is not known', () => {
    expect([1.234, -0.5, 0.001, -0.001, null].map(bpsWords)).toEqual(['+1.23', '−0.50', '0.00', '0.00', '–'])
    expect([0.625, 0, null].map(shareWords)).toEqual(['62.5 %', '0.0 %', '–'])
  })

  test('says who is missing, and since when', () => {
    expect(missingWords(at(0, { missing: [] }))).toBeNull()
    const missing = ['kraken', 'okx'].map(exchange => ({ exchange, since: epochMs(Date.UTC(2026, 0, 1, 21, 53)) }))
    expect(missingWords({ missing })).toBe('kraken since 21:53 UTC, okx since 21:53 UTC')
  })

  test.each([
    ['gap', 'badge lacks'],
    ['partial', 'badge lacks'],
    ['unproven', 'badge'],
    ['matched', 'badge whole'],
    ['empty', 'badge whole']
  ] as const)('with the status %s looks like %s', (status, look) => {
    expect(proofClass(status)).toBe(look)
  })
})

describe('what a chart shows', () => {
  test('ours takes the place of the exchange’s own, a revision that of a final, and a final that of an open one', () => {
    const theirs = candle(0, { revision: -1, status: 'exchange' })
    const open = candle(0, { final: false })
    const final = candle(0)
    const revised = candle(0, { revision: 1 })
    const merged = [theirs, open, final, revised].reduce<readonly ReturnType<typeof candle>[]>(
      (known, next) => mergeByTime(known, [next], isNewer),
      []
    )
    expect(merged).toEqual([revised])
    expect(mergeByTime([revised], [theirs, open, final], isNewer)).toEqual([revised])
  })

  test('an open candle never takes the place of its final', () => {
    expect(mergeByTime([candle(0)], [candle(0, { final: false })], isNewer)).toEqual([candle(0)])
  })

  test('only a list that went on at its end is drawn from there', () => {
    const [a, b, c] = [candle(0), candle(1), candle(2)]
    expect(isTail([a, b], [a, b, c])).toBe(true)
    expect(isTail([a, b], [a, candle(1, { close: '1' }), c])).toBe(true)
    expect(isTail([b], [a, b])).toBe(false)
    expect(isTail([a, b, c], [candle(0, { close: '1' }), b, c])).toBe(false)
    expect(isTail([], [a])).toBe(false)
  })

  test('marks name the first of a row where there is room, and leave out what is simply traded', () => {
    const statuses = { 0: 'gap', 1: 'gap', 2: 'partial', 12: 'backfilled', 13: 'exchange' }
    const candles = Array.from({ length: 30 }, (_, n) => candle(n))
    for (const [n, status] of Object.entries(statuses)) candles[Number(n)] = candle(Number(n), { status })
    candles[25] = candle(25, { revision: 2 })
    candles[28] = candle(28, { revision: 1, status: 'matched', matchedBy: ['volume'] })
    expect(marksOf(candles).map(({ kind, isNamed }) => [kind, isNamed])).toEqual([
      ['gap', true],
      ['gap', false],
      ['partial', false],
      ['backfilled', true],
      ['revised', true]
    ])
    expect(statusWords(candle(0, { status: 'gap', missing: 3 }))).toBe('gap: trades are missing (3)')
    expect(statusWords(candle(0, { status: 'exchange' }))).toBe("the exchange's own candle")
    expect(statusWords(candle(0, { status: 'gap', missingVolume: '0.5' }))).toBe('gap: trades are missing (volume 0.5)')
    const matched = (...matchedBy: readonly string[]) => candle(0, { status: 'matched', revision: 1, matchedBy })
    expect(statusWords(matched('count', 'volume', 'quoteVolume'))).toBe(
      "equal to the exchange's own in number of trades, volume and quote volume"
    )
    expect(statusWords(matched('volume'))).toBe("equal to the exchange's own in volume")
    expect(statusWords(candle(0, { status: 'unproven' }))).toBe('unproven: nothing says yet whether it is whole')
    expect(statusWords(candle(0, { status: 'unproven', final: false }))).toBe('forming')
  })

  test('a range takes the finest interval in which it can be read, and leaves one that can be read alone', () => {
    expect(intervalFor('1h', '1m', INTERVALS)).toBe('1m')
    expect(intervalFor('1W', '1m', INTERVALS)).toBe('15m')
    expect(intervalFor('1h', '1d', INTERVALS)).toBe('5s')
    expect(intervalFor('All', '1d', INTERVALS)).toBe('1d')
  })

  test('the range on the screen has a name, but for the newest, which moves on', () => {
    const list = Array.from({ length: 100 }, (_, n) => candle(n))
    const span = spanAt(list, { from: 10.2, to: 49.9 })
    expect(span).toEqual({ from: list[10]!.openTime, to: list[50]!.openTime })
    expect(placesOf(list, span!)).toEqual({ from: 10, to: 50 })
    expect(spanAt(list, { from: 50, to: 105 })).toBeNull()
    expect(shownSpan(list, { from: -20, to: 105 })).toEqual({ from: list[0]!.openTime, to: list[99]!.openTime })
    expect(shownSpan([], { from: 0, to: 9 })).toBeNull()
  })
})

describe('an address', () => {
  test('says the exact view, and is read back to it', () => {
    const view = {
      instrument: 'sim:ETH/USDT',
      interval: '5m',
      range: '1D',
      studies: ['rsi', 'vwap'],
      span: { from: 1, to: 2 }
    } as const
    const href = hrefOf('chart', chartParams({ ...view, studies: ['vwap', 'rsi'] }))
    expect(href).toBe('/chart?instrument=sim:ETH/USDT&interval=5m&range=1D&studies=vwap,rsi&span=1,2')
    const url = new URL(href, 'http://x')
    expect(chartViewOf(parseRoute(url.pathname, url.search).params, LISTED)).toEqual({
      ...view,
      studies: ['vwap', 'rsi']
    })
  })

  test('of instruments keeps what is looked for, in any alphabet', () => {
    const href = hrefOf('instruments', { find: '币安 人生/USDT' })
    const url = new URL(href, 'http://x')
    expect(parseRoute(url.pathname, url.search)).toEqual({ page: 'instruments', params: { find: '币安 人生/USDT' } })
  })

  test('that names nothing that is there shows the first of what is', () => {
    expect(parseRoute('/nowhere', '').page).toBe('markets')
    const view = chartViewOf({ instrument: 'x', interval: '7m', range: '2Y', span: '5,1' }, LISTED)
    expect(view).toMatchObject({ instrument: 'sim:BTC/USDT', interval: '1s', range: null, span: null })
    expect(
      pairViewOf({ pair: 'x~y', method: 'z' }, { newest: [fakePair(NOW, '1m', 'kalman')], intervals: [] })
    ).toMatchObject({
      a: 'sim:BTC/USDT',
      interval: '1m',
      method: 'kalman'
    })
  })
})

describe('a pair', () => {
  test('is offered by every interval that is served or was heard of, the finest first', () => {
    const newest = (['1m', '5m', '1s'] as const).map(interval => fakePair(NOW, interval, 'ols'))
    const other = { ...fakePair(NOW, '1d', 'kalman'), b: 'sim:SOL/USDT' }
    const analysed = { newest: [...newest, other], intervals: ['1m', '1d'] }
    expect(pairChoices(analysed, 'sim:BTC/USDT', 'sim:ETH/USDT')).toEqual({
      pairs: ['sim:BTC/USDT~sim:ETH/USDT', 'sim:BTC/USDT~sim:SOL/USDT'],
      intervals: ['1s', '1m', '5m', '1d'],
      methods: ['ols']
    })
  })
})

describe('the live connection', () => {
  test('waits longer after each failure, up to eight seconds, and never the same as its neighbour', () => {
    expect([0, 1, 4, 20].map(failures => backOffMs(failures, 1))).toEqual([250, 500, 4_000, 8_000])
    expect(backOffMs(20, 0)).toBe(4_000)
  })

  test('notices a hole in the sequence, but for one that the gateway names', () => {
    expect(isNextInLine(4, { type: 'update', seq: 5 })).toBe(true)
    expect(isNextInLine(4, { type: 'update', seq: 6 })).toBe(false)
    expect(isNextInLine(4, { type: 'update', seq: 6, skipped: 1 })).toBe(true)
    expect(isNextInLine(-1, { type: 'update', seq: 0 })).toBe(false)
    expect(isNextInLine(-1, { type: 'snapshot', seq: 0 })).toBe(true)
  })

  test('a resolved alert takes the place of its firing, in any order', () => {
    const firing = fakeAlert('a', NOW)
    const resolved: Alert = { ...firing, time: firing.time, state: 'resolved' }
    expect(newestById([firing], [resolved])).toEqual([resolved])
    expect(newestById([resolved], [firing])).toEqual([resolved])
  })
})

describe('a row of the watchlist', () => {
  test('moves with the newest candle, keeps a close a minute, and takes history before what it has', () => {
    const live = [candle(10), candle(10, { close: '1' }), candle(9, { close: '7' })].reduce(withCandle, EMPTY_ROW)
    expect([live.last, live.move, live.spark.length]).toEqual(['1', -1, 1])
    const whole = withHistory(live, [candle(8), candle(9), candle(10)])
    expect(whole.spark.map(([minute]) => minute - whole.spark[0]![0])).toEqual([0, 1, 2])
    expect(whole.last).toBe('1')
  })

  test('is a line from its first minute to its last', () => {
    expect(
      sparkPoints(
        [
          [1, 5],
          [2, 10],
          [3, 5]
        ],
        100,
        10
      )
    ).toBe('0.0,10.0 50.0,0.0 100.0,10.0')
  })
})
