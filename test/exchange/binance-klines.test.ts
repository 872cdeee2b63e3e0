import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { encodeKlineRow } from '../../src/exchange/binance/rest/encode-rest.ts'
import { encodeKline } from '../../src/exchange/binance/stream/encode.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'

const OPEN = epochMs(1_723_161_540_000)
const CLOSE = epochMs(1_723_161_600_000)
const NOW = epochMs(1_723_161_600_500)
const BTC = parseInstrument('binance:BTC/USDT')
const STREAM = 'btcusdt@kline_1m'
const { klines, decode } = createBinance('binance')
const byStream = new Map([STREAM, 'btcusdt@trade'].map(stream => [stream, BTC]))
const read = (data: unknown, stream = STREAM) => decode(JSON.stringify({ stream, data }), byStream, NOW)[0]

// The example of the exchange's documentation, with the times and the symbol of these tests.
const K = {
  t: OPEN,
  T: CLOSE - 1,
  s: 'BTCUSDT',
  i: '1m',
  f: 100,
  L: 200,
  o: '0.0010',
  c: '0.0020',
  h: '0.0025',
  l: '0.0015',
  v: '1000',
  n: 100,
  x: true,
  q: '1.0000',
  V: '500',
  Q: '0.500',
  B: '123456'
}
const FRAME = { e: 'kline', E: CLOSE, s: 'BTCUSDT', k: K }
const ROW = [
  OPEN,
  '0.0010',
  '0.0025',
  '0.0015',
  '0.0020',
  '1000',
  CLOSE - 1,
  '1.0000',
  100,
  '500',
  '0.500',
  '17928899.62484339'
]

const KLINE = {
  exchange: 'binance',
  symbol: 'BTC/USDT',
  interval: '1m',
  openTime: OPEN,
  closeTime: CLOSE,
  open: '0.001',
  high: '0.0025',
  low: '0.0015',
  close: '0.002',
  volume: '1000',
  quoteVolume: '1',
  tradeCount: 100,
  takerBuyVolume: '500',
  takerBuyQuoteVolume: '0.5'
} as const

describe('the stream of klines', () => {
  test('is named after the instrument', () => {
    expect(klines.stream(BTC)).toBe(STREAM)
  })

  test('gives canonical candles, and says whether they are closed', () => {
    expect(read(FRAME)).toEqual({ kind: 'kline', kline: KLINE, closed: true, time: CLOSE })
    expect(read({ ...FRAME, k: { ...K, x: false } })).toMatchObject({ kind: 'kline', closed: false })
  })

  test('is read in microseconds as well', () => {
    const k = { ...K, t: OPEN * 1_000, T: CLOSE * 1_000 - 1 }
    expect(read({ ...FRAME, E: CLOSE * 1_000, k })).toEqual({ kind: 'kline', kline: KLINE, closed: true, time: CLOSE })
  })

  test('is what the simulated exchange writes', () => {
    const candle = { ...KLINE, firstTradeId: '100', lastTradeId: '199' }
    expect(
      decode(`{"stream":"${STREAM}","data":${encodeKline('BTCUSDT', '1m', candle, CLOSE, true)}}`, byStream, NOW)[0]
    ).toEqual({
      kind: 'kline',
      kline: KLINE,
      closed: true,
      time: CLOSE
    })
    expect(klines.decodePage([JSON.parse(encodeKlineRow(candle))], BTC, '1m', NOW)).toEqual({
      klines: [KLINE],
      odd: []
    })
  })

  test.each([
    ['s', { ...FRAME, s: 'ETHUSDT' }],
    ['E', { ...FRAME, E: 'now' }],
    ['k', { ...FRAME, k: [] }],
    ['k.i', { ...FRAME, k: { ...K, i: '5m' } }],
    ['k.t', { ...FRAME, k: { ...K, t: OPEN + 1 } }],
    ['k.T', { ...FRAME, k: { ...K, T: CLOSE } }],
    ['k.o', { ...FRAME, k: { ...K, o: 0.001 } }],
    ['k.h', { ...FRAME, k: { ...K, h: '-1' } }],
    ['k.l', { ...FRAME, k: { ...K, l: '1,5' } }],
    ['k.c', { ...FRAME, k: { ...K, c: null } }],
    ['k.v', { ...FRAME, k: { ...K, v: 'NaN' } }],
    ['k.q', { ...FRAME, k: { ...K, q: '' } }],
    ['k.n', { ...FRAME, k: { ...K, n: 1.5 } }],
    ['k.V', { ...FRAME, k: { ...K, V: undefined } }],
    ['k.Q', { ...FRAME, k: { ...K, Q: '+1' } }],
    ['k.x', { ...FRAME, k: { ...K, x: 'true' } }]
  ])('with a bad %s is unreadable, and says so', (field, data) => {
    const frame = read(data)
    expect(frame).toMatchObject({ kind: 'unreadable', reason: 'undecodable', stream: STREAM })
    expect(frame).toMatchObject({ detail: expect.stringMatching(new RegExp(`^${field}:`)) })
  })

  test('does not lend its events to others', () => {
    expect(read(FRAME, 'btcusdt@trade')).toMatchObject({ kind: 'unreadable', reason: 'unknown_event' })
  })
})

describe('the history of klines', () => {
  test('is asked by time, and costs what the documentation says', () => {
    expect(klines.page(BTC, '1m', OPEN, CLOSE, 1000)).toEqual({
      path: `/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=${OPEN}&endTime=${CLOSE - 1}&limit=1000`,
      cost: 2
    })
    expect(klines.page(BTC, '1m', null, CLOSE, 10).path).toBe(
      `/api/v3/klines?symbol=BTCUSDT&interval=1m&endTime=${CLOSE - 1}&limit=10`
    )
  })

  test('gives the same candles as the stream, oldest first', () => {
    const later = [...ROW].with(0, CLOSE).with(6, CLOSE + 59_999)
    expect(klines.decodePage([later, ROW, ROW], BTC, '1m', NOW)).toEqual({
      klines: [KLINE, { ...KLINE, openTime: CLOSE, closeTime: CLOSE + 60_000 }],
      odd: []
    })
    expect(klines.decodePage([], BTC, '1m', NOW)).toEqual({ klines: [], odd: [] })
  })

  test('gives wider candles, and takes none of another length for them', () => {
    const hour = [...ROW].with(0, 1_723_158_000_000).with(6, 1_723_161_599_999)
    expect(klines.decodePage([hour], BTC, '1h', NOW).klines[0]).toMatchObject({
      interval: '1h',
      openTime: 1_723_158_000_000,
      closeTime: 1_723_161_600_000
    })
    const { klines: none, odd } = klines.decodePage([ROW], BTC, '1h', NOW)
    expect(none).toEqual([])
    expect(odd[0]?.detail).toMatch(/is not the (beginning|end) of a candle of 1h/)
  })

  test('that is no list is refused', () => {
    const body = { code: -1121, msg: 'Invalid symbol.' }
    expect(() => klines.decodePage(body, BTC, '1m', NOW)).toThrow(/^klines of BTC\/USDT:/)
  })

  test('of one open time in two ways knows neither', () => {
    const other = [...ROW].with(5, '9')
    const { klines: none, odd } = klines.decodePage([ROW, other], BTC, '1m', NOW)
    expect(none).toEqual([])
    expect(odd).toMatchObject([{ openTime: OPEN, detail: expect.stringContaining('stands twice'), row: other }])
  })

  test.each([
    ['kline', [null]],
    ['openTime', [[...ROW].with(0, 'x')]],
    ['closeTime', [[...ROW].with(6, OPEN)]],
    ['close', [[...ROW].with(4, 12)]],
    ['trades', [[...ROW].with(8, '100')]],
    ['takerBuyQuote', [ROW.slice(0, 10)]],
    ['openTime', [[...ROW].with(0, OPEN + 1)]],
    ['low', [[...ROW].with(3, '-1')]],
    ['trades', [[...ROW.slice(0, 8), null, ...ROW.slice(9)]]]
  ])('with a bad %s is set aside by its open time and named by its field; the others count', (field, body) => {
    const later = [...ROW].with(0, CLOSE).with(6, CLOSE + 59_999)
    const { klines: others, odd } = klines.decodePage([...body, later], BTC, '1m', NOW)
    expect(others.map(({ openTime }) => openTime)).toEqual([CLOSE])
    const said = Array.isArray(body[0]) && typeof body[0][0] === 'number' ? body[0][0] : null
    expect(odd).toEqual([{ openTime: said, detail: expect.stringMatching(new RegExp(`^${field}:`)), row: body[0] }])
  })
})
