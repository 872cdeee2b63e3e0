import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { encodeBook, encodeDepthUpdate, encodeTicker } from '../../src/exchange/binance/stream/encode.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'

const NOW = epochMs(1_723_161_600_500)
const BTC = parseInstrument('binance:BTC/USDT')
const { book, tickerStream, decode } = createBinance('binance')
const DEPTH_STREAM = 'btcusdt@depth@100ms'
const TICKER_STREAM = 'btcusdt@ticker'
const byStream = new Map([DEPTH_STREAM, TICKER_STREAM, 'btcusdt@trade'].map(stream => [stream, BTC]))
const read = (stream: string, data: unknown) => decode(JSON.stringify({ stream, data }), byStream, NOW)[0]

// As recorded on 2024-08-08 (nkaz001/hftbacktest, MIT).
const DEPTH = {
  e: 'depthUpdate',
  E: 1_723_161_255_308,
  s: 'BTCUSDT',
  U: 50_093_239_203,
  u: 50_093_239_207,
  b: [['55653.87000000', '0.00000000']],
  a: [['61838.04000000', '0.32332000']]
}
// The example of the exchange's documentation, with the times and the symbol of these tests.
const TICKER = {
  e: '24hrTicker',
  E: 1_723_161_600_000,
  s: 'BTCUSDT',
  p: '0.0015',
  P: '250.00',
  w: '0.0018',
  x: '0.0009',
  c: '0.0025',
  Q: '10',
  b: '0.0024',
  B: '10',
  a: '0.0026',
  A: '100',
  o: '0.0010',
  h: '0.0025',
  l: '0.0010',
  v: '10000',
  q: '18',
  O: 0,
  C: 1_723_161_600_000,
  F: 0,
  L: 18_150,
  n: 18_151
}

describe('the streams of quotes', () => {
  test('are named after the instrument', () => {
    expect([book.stream(BTC), tickerStream(BTC)]).toEqual([DEPTH_STREAM, TICKER_STREAM])
  })

  test('do not lend their events to each other', () => {
    expect(read(DEPTH_STREAM, TICKER)).toMatchObject({ kind: 'unreadable', reason: 'unknown_event' })
    expect(read(TICKER_STREAM, DEPTH)).toMatchObject({ kind: 'unreadable', reason: 'unknown_event' })
    expect(read('btcusdt@trade', DEPTH)).toMatchObject({ kind: 'unreadable', reason: 'unknown_event' })
  })
})

describe('a change of the order book', () => {
  test('gives its update ids and its levels as canonical decimals, nothing as "0"', () => {
    expect(read(DEPTH_STREAM, DEPTH)).toEqual({
      kind: 'depth',
      instrument: BTC,
      firstId: 50_093_239_203,
      lastId: 50_093_239_207,
      time: 1_723_161_255_308,
      bids: [['55653.87', '0']],
      asks: [['61838.04', '0.32332']]
    })
  })

  test('is what the simulated exchange writes', () => {
    const update = { fromId: 1, toId: 10, bids: [['100', '1.5']], asks: [] } as const
    expect(read(DEPTH_STREAM, JSON.parse(encodeDepthUpdate('BTCUSDT', update, NOW)))).toMatchObject({
      kind: 'depth',
      firstId: 1,
      lastId: 10,
      bids: [['100', '1.5']],
      asks: []
    })
  })

  test.each<[string, object]>([
    ['another symbol', { s: 'ETHUSDT' }],
    ['no first id', { U: undefined }],
    ['an id that is text', { u: '50093239207' }],
    ['an id with a fraction', { u: 50_093_239_207.5 }],
    ['ids in the wrong order', { U: 50_093_239_208 }],
    ['no time', { E: undefined }],
    ['no bids', { b: undefined }],
    ['asks that are an object', { a: {} }],
    ['a level that is none', { b: [['1.0']] }],
    ['a level that is null', { a: [null] }],
    ['a price of nothing', { b: [['0.00000000', '1.0']] }],
    ['a price that is a number', { b: [[1, '1.0']] }],
    ['a quantity below zero', { a: [['1.0', '-1.0']] }],
    ['a quantity with a separator', { a: [['1.0', '1,5']] }]
  ])('with %s is unreadable', (_, wrong) => {
    expect(read(DEPTH_STREAM, { ...DEPTH, ...wrong })).toMatchObject({
      kind: 'unreadable',
      reason: 'undecodable',
      stream: DEPTH_STREAM,
      detail: expect.stringMatching(/^[a-zA-Z]+: /)
    })
  })

  test('with a time more than a day ahead is unreadable, and of the future', () => {
    expect(read(DEPTH_STREAM, { ...DEPTH, E: NOW + 86_400_001 })).toMatchObject({
      kind: 'unreadable',
      reason: 'future-time',
      stream: DEPTH_STREAM
    })
  })
})

describe('a ticker', () => {
  test('is the rolling 24 h in our words', () => {
    expect(read(TICKER_STREAM, TICKER)).toEqual({
      kind: 'ticker',
      time: 1_723_161_600_000,
      ticker: {
        exchange: 'binance',
        symbol: 'BTC/USDT',
        time: 1_723_161_600_000,
        receivedAt: NOW,
        open: '0.001',
        high: '0.0025',
        low: '0.001',
        close: '0.0025',
        bid: '0.0024',
        ask: '0.0026',
        baseVolume: '10000',
        quoteVolume: '18',
        tradeCount: 18_151
      }
    })
  })

  test.each<[unknown, string | null]>([
    ['0.00000000', null],
    ['0', null],
    [undefined, null],
    [null, null],
    ['61837.63000000', '61837.63']
  ])('whose best bid is %p has the bid %p', (b, bid) => {
    expect(read(TICKER_STREAM, { ...TICKER, b })).toMatchObject({ kind: 'ticker', ticker: { bid, ask: '0.0026' } })
  })

  test('is what the simulated exchange writes', () => {
    const day = {
      openTime: epochMs(NOW - 86_400_000),
      closeTime: NOW,
      open: '1',
      high: '3',
      low: '0.5',
      close: '2',
      volume: '10',
      quoteVolume: '15.25',
      tradeCount: 4,
      firstTradeId: '1',
      lastTradeId: '4',
      change: '-1',
      changePct: '-1.000',
      averagePrice: '1.5',
      previousClose: '1',
      lastQuantity: '1',
      top: { id: 7, bid: ['0', '0'], ask: ['2.5', '1'] }
    } as const
    expect(read(TICKER_STREAM, JSON.parse(encodeTicker('BTCUSDT', day, NOW)))).toMatchObject({
      ticker: { open: '1', close: '2', bid: null, ask: '2.5', quoteVolume: '15.25', tradeCount: 4 }
    })
  })

  test.each<[string, object]>([
    ['another symbol', { s: 'ETHUSDT' }],
    ['no time', { E: undefined }],
    ['no close', { c: undefined }],
    ['a high that is NaN', { h: 'NaN' }],
    ['a low below zero', { l: '-1.0' }],
    ['an open that is a number', { o: 1 }],
    ['a bid that is a number', { b: 1 }],
    ['an ask in words', { a: 'none' }],
    ['a volume in words', { v: 'much' }],
    ['a quote volume that is null', { q: null }],
    ['a count with a fraction', { n: 1.5 }],
    ['a count below zero', { n: -1 }]
  ])('with %s is unreadable', (_, wrong) => {
    expect(read(TICKER_STREAM, { ...TICKER, ...wrong })).toMatchObject({
      kind: 'unreadable',
      reason: 'undecodable',
      stream: TICKER_STREAM,
      detail: expect.stringMatching(/^[a-zA-Z]+: /)
    })
  })
})

describe('a snapshot of the order book', () => {
  const BODY = JSON.parse(encodeBook(160, [['0.0024', '10']], [['0.0026', '100']]))

  test('is asked for with as many levels as it says, at what that costs', () => {
    expect(book.snapshot(BTC)).toEqual({ path: '/api/v3/depth?symbol=BTCUSDT&limit=1000', cost: 50 })
    expect(book.snapshotLevels).toBe(1_000)
  })

  test('gives its id and its levels as canonical decimals', () => {
    expect(book.decodeSnapshot(BODY)).toEqual({ lastId: 160, bids: [['0.0024', '10']], asks: [['0.0026', '100']] })
  })

  test.each([
    ['an error', { code: -1121, msg: 'Invalid symbol.' }],
    ['text', '<html>'],
    ['nothing', null],
    ['a list', []],
    ['an id that is text', { ...BODY, lastUpdateId: '160' }],
    ['no bids', { ...BODY, bids: undefined }],
    ['a bad price', { ...BODY, asks: [['NaN', '1']] }]
  ])('that is %s is refused', (_, body) => {
    expect(() => book.decodeSnapshot(body)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})
