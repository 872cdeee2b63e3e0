import { describe, expect, test } from '@jest/globals'
import { okx } from '../../src/exchange/okx/okx.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer } from '../ingest/fake-exchange.ts'
import { describeRecorded, recordedAnswer } from '../support/recorded-venues.ts'

const BTC = parseInstrument('okx:BTC/USDT')
const NOW = epochMs(1_747_087_200_000)
const OPEN = epochMs(1_747_093_980_000)
const { history, klines, listing, rest } = okx
const ok = (data: unknown) => ({ code: '0', msg: '', data })
const ROW = {
  instId: 'BTC-USDT',
  side: 'sell',
  sz: '0.00013669',
  px: '102537.9',
  tradeId: '734864333',
  ts: '1747087163557'
}

describe('the history of trades', () => {
  test('is asked backwards, so that a page begins with the id that is wanted', () => {
    expect(history.trades(BTC, { id: '734864300', notBefore: null }, 100)).toEqual({
      path: '/api/v5/market/history-trades?instId=BTC-USDT&limit=100&type=1&after=734864400',
      cost: 1
    })
    expect(history.trades(BTC, null, 10).path).toBe('/api/v5/market/history-trades?instId=BTC-USDT&limit=10')
  })

  test('stands oldest first', () => {
    const trades = history.decodeTrades(ok([ROW, { ...ROW, tradeId: '734864332' }]), BTC, NOW)
    expect(trades.map(({ id }) => id)).toEqual(['734864332', '734864333'])
    expect(trades[1]).toEqual({
      exchange: 'okx',
      symbol: 'BTC/USDT',
      id: '734864333',
      price: '102537.9',
      quantity: '0.00013669',
      time: 1_747_087_163_557,
      receivedAt: NOW,
      side: 'sell',
      via: 'history'
    })
  })

  test.each([
    ['a refusal', { code: '51001', msg: "Instrument ID doesn't exist.", data: [] }],
    ['no list', ok({})],
    ['text', '<html>'],
    ['a row that is null', ok([null])],
    ['an id that is a number', ok([{ ...ROW, tradeId: 1 }])]
  ])('that is %s is refused', (_, body) => {
    expect(() => history.decodeTrades(body, BTC, NOW)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('candles', () => {
  const row = (open: number, volume = '71.6404') => [
    String(open),
    '102806',
    '102820.5',
    '102783.1',
    '102806.1',
    volume,
    '7364701.5',
    '7364701.57952',
    '1'
  ]

  test('are asked oldest first, though a page would hold the newest', () => {
    expect(klines.page(BTC, '1m', OPEN, epochMs(OPEN + 86_400_000), 300)).toEqual({
      path: `/api/v5/market/history-candles?instId=BTC-USDT&bar=1m&before=${OPEN - 1}&after=${OPEN + 18_000_000}&limit=300`,
      cost: 1
    })
    expect(klines.page(BTC, '1d', null, OPEN, 10).path).toBe(
      `/api/v5/market/history-candles?instId=BTC-USDT&bar=1Dutc&after=${OPEN}&limit=10`
    )
  })

  test('stand oldest first, and those that cannot be read are set aside', () => {
    const body = ok([row(OPEN + 60_000), row(OPEN), row(OPEN + 120_000, 'much')])
    const page = klines.decodePage(body, BTC, '1m')
    expect(page.klines.map(({ openTime, volume }) => [openTime, volume])).toEqual([
      [OPEN, '71.6404'],
      [OPEN + 60_000, '71.6404']
    ])
    expect(page.odd).toMatchObject([{ openTime: OPEN + 120_000 }])
  })
})

test('a list tells the state of what it is a list of', () => {
  const body = ok([
    { instId: 'BTC-USDT', instType: 'SPOT', state: 'live' },
    { instId: 'OLD-USDT', state: 'suspend' },
    null
  ])
  const asked = ['BTC/USDT', 'OLD/USDT', 'BTC/USDT:USDT', 'NEW/USDT'].map(symbol => parseInstrument(`okx:${symbol}`))
  expect(listing.decode(body, asked)).toEqual(['live', 'suspend', undefined, null])
  expect(listing.suspended).toContain('suspend')
  const paths = [null, asked, asked.slice(0, 2)].map(of => listing.request(of).path.split('=')[1])
  expect(paths).toEqual(['SPOT', 'SWAP', 'SPOT'])
  expect(listing.others?.map(({ path }) => path.split('=')[1])).toEqual(['SWAP', 'FUTURES'])
})

describe('an answer', () => {
  test.each([
    [429, { code: '50011', msg: 'Too Many Requests' }, { kind: 'rate-limited', waitMs: 2_000 }],
    [200, { code: '50011', msg: 'Rate limit reached' }, { kind: 'rate-limited', waitMs: 2_000 }],
    [400, { code: '51001', msg: "Instrument ID doesn't exist." }, { kind: 'unknown-symbol' }],
    [400, { code: '51000', msg: 'Parameter bar error' }, { kind: 'bad-request' }],
    [403, '', { kind: 'blocked' }],
    [503, { code: '50001', msg: 'Service temporarily unavailable' }, null],
    [200, ok([]), null]
  ] as const)('of %i with %j refuses by %j', (status, body, refusal) => {
    expect(rest.refusal(answer(status, body))).toEqual(refusal)
  })

  test('tells the time of the exchange', () => {
    expect(rest.serverTime.decode(answer(200, ok([{ ts: '1597026383085' }])))).toBe(1_597_026_383_085)
    for (const body of [ok([]), ok({}), 'busy']) expect(rest.serverTime.decode(answer(200, body))).toBeNull()
  })
})

test.each([
  ['what one holds times how often', { ctVal: '0.01', ctMult: '10' }, '0.1'],
  ['nothing where another currency is held', { ctVal: '0.01', ctMult: '10', ctValCcy: 'USDT' }, null],
  ['nothing where it does not say how often', { ctVal: '0.01', ctMult: '' }, null]
])('a contract is listed with %s', (_, fields, contractSize) => {
  const row = { instId: 'BTC-USDT-SWAP', instType: 'SWAP', uly: 'BTC-USDT', settleCcy: 'USDT', ctValCcy: 'BTC' }
  expect(listing.instruments(ok([{ ...row, tickSz: '0.1', lotSz: '1', state: 'live', ...fields }]))).toMatchObject([
    { symbol: 'BTC/USDT:USDT', type: 'swap', contractSize, lotSize: null }
  ])
})

describeRecorded('answers as they were kept', () => {
  test('of a contract tell its number, and both volumes', () => {
    const swap = { ...parseInstrument('okx:BTC/USDT:USDT'), contractSize: '0.01' }
    const candles = klines.decodePage(recordedAnswer('okx/format/http_get_candlesticks_full.json'), swap, '1m')
    expect(candles.klines.map(({ volume, quoteVolume }) => [volume, quoteVolume])).toEqual([
      ['71.6404', '7364701.57952'],
      ['10.4037', '1069603.34883']
    ])
    const listed = listing.instruments(recordedAnswer('okx/format/http_get_instruments_swap.json'))
    expect(listed.map(({ symbol, contractSize }) => [symbol, contractSize])).toContainEqual(['BTC/USD:BTC', '100'])
  })

  test('are read', () => {
    expect(history.decodeTrades(recordedAnswer('okx/format/http_get_trades.json'), BTC, NOW)).toHaveLength(2)
    const candles = klines.decodePage(recordedAnswer('okx/format/http_get_candlesticks_full.json'), BTC, '1m')
    expect([candles.klines.length, candles.odd.length]).toEqual([2, 0])
    const list = recordedAnswer('okx/format/http_get_instruments_spot.json')
    expect(listing.decode(list, [parseInstrument('okx:BTC/USD')])).toEqual(['live'])
  })
})
