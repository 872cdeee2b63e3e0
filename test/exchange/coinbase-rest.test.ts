import { describe, expect, test } from '@jest/globals'
import { coinbase } from '../../src/exchange/coinbase/coinbase.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer } from '../ingest/fake-exchange.ts'

const NOW = epochMs(Date.parse('2026-07-07T22:59:00Z'))
const BTC = parseInstrument('coinbaseexchange:BTC/USD')
const { history, rest, listing, refusals } = coinbase
const ROW = {
  trade_id: 12,
  side: 'buy',
  size: '0.20000000',
  price: '63514.60000000',
  time: '2026-07-07T22:58:17.164892Z'
}

describe('the history of trades', () => {
  test('is asked backwards: what lies below the end of the page', () => {
    expect(history.trades(BTC, { id: '12', notBefore: null }, 1000)).toEqual({
      path: '/products/BTC-USD/trades?limit=1000&after=1012',
      cost: 1
    })
    expect(history.trades(BTC, null, 10).path).toBe('/products/BTC-USD/trades?limit=10')
    expect(history.firstFrom).toBeNull()
  })

  test('gives trades in the order of their ids, on the side of the taker', () => {
    const trades = history.decodeTrades([{ ...ROW, trade_id: 13, side: 'sell' }, ROW], BTC, NOW)
    expect(trades).toEqual([
      {
        exchange: 'coinbaseexchange',
        symbol: 'BTC/USD',
        id: '12',
        price: '63514.6',
        quantity: '0.2',
        time: Date.parse('2026-07-07T22:58:17.164Z'),
        receivedAt: NOW,
        side: 'sell',
        via: 'history'
      },
      expect.objectContaining({ id: '13', side: 'buy' })
    ])
  })

  test.each([
    ['a refusal', { message: 'NotFound' }],
    ['text', '<html>'],
    ['a row that is none', [null]],
    ['a row without an id', [{ ...ROW, trade_id: undefined }]],
    ['a row with a bad price', [{ ...ROW, price: 'NaN' }]],
    ['a row of no side', [{ ...ROW, side: 'both' }]],
    ['a row of a bad time', [{ ...ROW, time: 'yesterday' }]]
  ])('is no list of trades: %s', (_, body) => {
    expect(() => history.decodeTrades(body, BTC, NOW)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('a refusal', () => {
  const refusedFor = (status: number, headers = {}) => rest.refusal(answer(status, { message: 'no' }, headers))

  test('says what is wrong by its status', () => {
    expect(refusedFor(429)).toEqual({ kind: 'rate-limited', waitMs: 1_000 })
    expect(refusedFor(429, { 'retry-after': '9' })).toEqual({ kind: 'rate-limited', waitMs: 9_000 })
    expect(refusedFor(404)).toEqual({ kind: 'unknown-symbol' })
    expect(refusedFor(400)).toEqual({ kind: 'bad-request' })
    for (const status of [403, 451]) expect(refusedFor(status)).toEqual({ kind: 'blocked' })
    for (const status of [200, 500, 503]) expect(refusedFor(status)).toBeNull()
    expect(refusals.get(403)).toContain('firewall')
  })
})

test('the time is what its clock says, or not told', () => {
  const { decode } = rest.serverTime
  expect(decode(answer(200, { iso: '2026-07-07T22:59:00.123Z', epoch: 1_783_465_140.123 }))).toBe(1_783_465_140_123)
  expect(decode(answer(200, 'busy'))).toBeNull()
})

describe('the list of products', () => {
  const PRODUCT = { id: 'BTC-USD', status: 'online', trading_disabled: false, cancel_only: false, post_only: false }
  const state = (more: object) => listing.decode([{ ...PRODUCT, ...more }], [BTC])

  test('is asked for whole', () => {
    expect(listing.request([BTC]).path).toBe('/products')
  })

  test.each([
    [{}, 'online'],
    [{ trading_disabled: true }, 'trading_disabled'],
    [{ post_only: true }, 'post_only'],
    [{ auction_mode: true }, 'auction_mode'],
    [{ status: 'delisted', trading_disabled: true }, 'delisted'],
    [{ status: 7 }, undefined],
    [{ id: 'ETH-USD' }, null]
  ])('says the state of each: %j is %p', (more, status) => {
    expect(state(more)).toEqual([status])
    expect(listing.suspended).toEqual(['delisted'])
  })

  test('is no list: a refusal', () => {
    expect(() => listing.decode({ message: 'NotFound' }, [BTC])).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('a page of candles', () => {
  const { klines } = coinbase
  const MINUTE = epochMs(1_783_465_080_000)
  const ROW = [1_783_465_080, 63_500.01, 63_514.6, 63_510, 63_512.25, 0.00000001]

  test('is asked by time, both ends inclusive, and as far as a page goes', () => {
    const path = (from: number | null, to: number) =>
      klines.page(BTC, '1m', from === null ? null : epochMs(from), epochMs(to), 300).path
    expect(path(MINUTE, MINUTE + 120_000)).toBe(
      '/products/BTC-USD/candles?granularity=60&start=1783465080&end=1783465140'
    )
    expect(path(MINUTE, MINUTE + 86_400_000)).toContain('start=1783465080&end=1783483020')
    expect(path(null, MINUTE)).toContain('start=1783447080&end=1783465020')
  })

  test('tells of prices and volume, the low before the high, newest first', () => {
    const older = [ROW[0]! - 60, ...ROW.slice(1)]
    const { klines: found, odd } = klines.decodePage([ROW, older], BTC, '1m')
    expect(odd).toEqual([])
    expect(found.map(({ openTime }) => openTime)).toEqual([MINUTE - 60_000, MINUTE])
    expect(found[1]).toEqual({
      exchange: 'coinbaseexchange',
      symbol: 'BTC/USD',
      interval: '1m',
      openTime: MINUTE,
      closeTime: MINUTE + 60_000,
      open: '63510',
      high: '63514.6',
      low: '63500.01',
      close: '63512.25',
      volume: '0.00000001',
      quoteVolume: null,
      tradeCount: null,
      takerBuyVolume: null,
      takerBuyQuoteVolume: null
    })
  })

  test('sets aside a row that cannot be; a refusal is no page', () => {
    const { klines: found, odd } = klines.decodePage([[MINUTE / 1000 + 1, 1, 1, 1, 1, 1], ROW, null], BTC, '1m')
    expect(found).toHaveLength(1)
    expect(odd.map(({ openTime }) => openTime)).toEqual([MINUTE + 1_000, null])
    expect(() => klines.decodePage({ message: 'NotFound' }, BTC, '1m')).toThrow(
      expect.objectContaining({ code: 'TS-DATA' })
    )
  })
})
