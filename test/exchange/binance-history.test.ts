import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { exchangeById } from '../../src/exchange/registry.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'

const BTC = parseInstrument('binance:BTC/USDT')
const NOW = epochMs(1_723_161_600_500)
const { history } = createBinance('binance')
const ROW = {
  id: 12,
  price: '61837.63000000',
  qty: '0.50000000',
  quoteQty: '30918.81500000',
  time: 1_723_161_600_100,
  isBuyerMaker: false,
  isBestMatch: true
}

describe('the history of trades', () => {
  test('is asked by id, and costs what the documentation says', () => {
    expect(history.trades(BTC, { id: '12', notBefore: null }, 1000)).toEqual({
      path: '/api/v3/historicalTrades?symbol=BTCUSDT&limit=1000&fromId=12',
      cost: 25
    })
    expect(history.trades(BTC, null, 10).path).toBe('/api/v3/trades?symbol=BTCUSDT&limit=10')
  })

  test('gives trades in the order of their ids, marked as history', () => {
    const trades = history.decodeTrades([{ ...ROW, id: 13 }, ROW], BTC, NOW)
    expect(trades.map(({ id }) => id)).toEqual(['12', '13'])
    expect(trades[0]).toEqual({
      exchange: 'binance',
      symbol: 'BTC/USDT',
      id: '12',
      price: '61837.63',
      quantity: '0.5',
      time: 1_723_161_600_100,
      receivedAt: NOW,
      side: 'buy',
      via: 'history'
    })
  })

  test('finds the first trade of a time by the aggregate that holds it', () => {
    expect(history.firstFrom.request(BTC, NOW)).toEqual({
      path: `/api/v3/aggTrades?symbol=BTCUSDT&startTime=${NOW}&limit=1`,
      cost: 4
    })
    expect(history.firstFrom.decode([{ a: 7, p: '1', q: '1', f: 12, l: 14, T: NOW, m: true }])).toBe(12)
    expect(history.firstFrom.decode([])).toBeNull()
    for (const body of [{ code: -1121 }, [null], [{ f: '12' }]])
      expect(() => history.firstFrom.decode(body)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })

  test.each([
    ['an error object', { code: -1121, msg: 'Invalid symbol.' }],
    ['text', '<html>'],
    ['a row without an id', [{ ...ROW, id: undefined }]],
    ['a row with a bad price', [{ ...ROW, price: 'NaN' }]],
    ['a row that is null', [null]]
  ])('refuses %s', (_, body) => {
    expect(() => history.decodeTrades(body, BTC, NOW)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('the registry of exchanges', () => {
  test('knows the exchange and its simulated twin', () => {
    expect(exchangeById('binance').id).toBe('binance')
    expect(exchangeById('sim').id).toBe('sim')
  })

  test('names the known ones when asked for another', () => {
    expect(() => exchangeById('mtgox')).toThrow(/mtgox.*binance, sim/)
  })
})
