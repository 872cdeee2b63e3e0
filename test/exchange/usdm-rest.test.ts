import { describe, expect, test } from '@jest/globals'
import { binanceUsdm } from '../../src/exchange/binance/futures/usdm.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer } from '../ingest/fake-exchange.ts'

const BTC = parseInstrument('binanceusdm:BTC/USDT:USDT')
const NOW = epochMs(1_787_590_800_000)
const { history, listing, klines, book, rest, refusals } = binanceUsdm
const ROW = { a: 12, p: '79089.20', q: '0.031', nq: '0.031', f: 40, l: 44, T: 1_787_590_714_773, m: false }

describe('the history of aggregates', () => {
  test('is asked by their own ids, the newest without one', () => {
    expect(history.trades(BTC, { id: '12', notBefore: null }, 1000)).toEqual({
      path: '/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1000&fromId=12',
      cost: 20
    })
    expect(history.trades(BTC, null, 10).path).toBe('/fapi/v1/aggTrades?symbol=BTCUSDT&limit=10')
  })

  test('gives them in the order of their ids, with the count of their prints', () => {
    const trades = history.decodeTrades([{ ...ROW, a: 13 }, ROW], BTC, NOW)
    expect(trades.map(({ id }) => id)).toEqual(['12', '13'])
    expect(trades[0]).toEqual({
      exchange: 'binanceusdm',
      symbol: 'BTC/USDT:USDT',
      id: '12',
      price: '79089.2',
      quantity: '0.031',
      time: 1_787_590_714_773,
      receivedAt: NOW,
      side: 'buy',
      via: 'history',
      prints: 5
    })
  })

  test('names the first one of a time', () => {
    expect(history.firstFrom.request(BTC, NOW).path).toBe(`/fapi/v1/aggTrades?symbol=BTCUSDT&startTime=${NOW}&limit=1`)
    expect(history.firstFrom.decode([ROW])).toBe(12)
    expect(history.firstFrom.decode([])).toBeNull()
  })

  test.each([
    ['an error', { code: -1121, msg: 'Invalid symbol.' }],
    ['a row without an id', [{ ...ROW, a: undefined }]],
    ['a row that is null', [null]],
    ['prints in the wrong order', [{ ...ROW, f: 45 }]]
  ])('that is %s is refused', (_, body) => {
    expect(() => history.decodeTrades(body, BTC, NOW)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('what USD-M lists', () => {
  const body = {
    symbols: [
      { symbol: 'BTCUSDT', status: 'TRADING' },
      { symbol: 'OLDUSDT', status: 'SETTLING' }
    ]
  }

  test('is asked as a whole, and told by name', () => {
    const asked = ['BTC/USDT:USDT', 'OLD/USDT:USDT', 'BTC/USDT', 'ETH/USDT:USDT'].map(symbol =>
      parseInstrument(`binanceusdm:${symbol}`)
    )
    expect(listing.request()).toEqual({ path: '/fapi/v1/exchangeInfo', cost: 1 })
    expect(listing.decode(body, asked)).toEqual(['TRADING', 'SETTLING', null, null])
    expect(listing.suspended).toContain('SETTLING')
  })
})

describe('candles and books', () => {
  const OPEN = epochMs(1_787_590_680_000)

  test('are asked at what they cost', () => {
    expect(klines.page(BTC, '1m', OPEN, epochMs(OPEN + 60_000), 1000)).toEqual({
      path: `/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${OPEN}&endTime=${OPEN + 59_999}&limit=1000`,
      cost: 5
    })
    expect([99, 100, 499, 500].map(limit => klines.page(BTC, '1m', null, OPEN, limit).cost)).toEqual([1, 2, 2, 5])
    expect(book.snapshot(BTC)).toEqual({ path: '/fapi/v1/depth?symbol=BTCUSDT&limit=1000', cost: 20 })
  })

  test('have no seconds', () => {
    expect(klines.intervals).toEqual(['1m', '5m', '15m', '1h', '1d'])
  })
})

describe('the limits of USD-M', () => {
  test('are counted in weight a minute', () => {
    expect(rest.quota).toMatchObject({ max: 2_400, perMs: 60_000 })
    expect(rest.quota.used(answer(200, [], { 'x-mbx-used-weight-1m': '7' }))).toBe(7)
    expect([rest.ping.path, rest.serverTime.request.path]).toEqual(['/fapi/v1/ping', '/fapi/v1/time'])
  })

  test.each([
    [429, { code: -1003, msg: 'Too many requests.' }, { kind: 'rate-limited', waitMs: 1_000 }],
    [418, { code: -1003, msg: 'Way too many requests.' }, { kind: 'rate-limited', waitMs: 1_000 }],
    [400, { code: -1121, msg: 'Invalid symbol.' }, { kind: 'unknown-symbol' }],
    [400, { code: -1102 }, { kind: 'bad-request' }],
    [451, '', { kind: 'blocked' }],
    [200, [], null]
  ] as const)('refuse by %i %j', (status, body, refusal) => {
    expect(rest.refusal(answer(status, body, { 'retry-after': '1' }))).toEqual(refusal)
  })

  test('have no other hosts to point to', () => {
    expect(refusals.get(451)).toMatch(/legal reasons/)
    expect(refusals.get(451)).not.toMatch(/vision/)
  })
})
