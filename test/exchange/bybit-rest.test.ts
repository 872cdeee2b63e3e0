import { describe, expect, test } from '@jest/globals'
import { bybit } from '../../src/exchange/bybit/bybit.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer } from '../ingest/fake-exchange.ts'
import { describeRecorded, recordedLines } from '../support/recorded-venues.ts'

const BTC = parseInstrument('bybit:BTC/USDT:USDT')
const SPOT = parseInstrument('bybit:BTC/USDT')
const NOW = epochMs(1_786_310_900_000)
const { history, klines, listing, rest } = bybit
const ok = (result: unknown) => ({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: NOW })
const refused = (retCode: number, retMsg: string) => ({ retCode, retMsg, result: {}, retExtInfo: {}, time: NOW })

const ROW = {
  execId: 'a905d5c3-1ed0-4f37-83e4-9c73a2fe2f01',
  symbol: 'BTCUSDT',
  price: '65114.20',
  size: '0.005',
  side: 'Buy',
  time: '1786310819680',
  isBlockTrade: false,
  isRPITrade: true,
  seq: '753843954913'
}

describe('the newest trades', () => {
  test('are all that can be asked for, fewer of spot', () => {
    const from = { id: '1', notBefore: null }
    expect(history.trades(BTC, from, 1000)).toEqual({
      path: '/v5/market/recent-trade?category=linear&symbol=BTCUSDT&limit=1000',
      cost: 1
    })
    expect(history.trades(SPOT, null, 1000).path).toBe('/v5/market/recent-trade?category=spot&symbol=BTCUSDT&limit=60')
    expect(history.firstFrom).toBeNull()
  })

  test('are turned to stand oldest first, with ids as text', () => {
    const body = ok({ category: 'linear', list: [{ ...ROW, execId: '2290000000042499020' }, ROW] })
    const trades = history.decodeTrades(body, BTC, NOW)
    expect(trades.map(({ id }) => id)).toEqual([ROW.execId, '2290000000042499020'])
    expect(trades[0]).toEqual({
      exchange: 'bybit',
      symbol: 'BTC/USDT:USDT',
      id: ROW.execId,
      price: '65114.2',
      quantity: '0.005',
      time: 1_786_310_819_680,
      receivedAt: NOW,
      side: 'buy',
      via: 'history',
      flags: ['rpi']
    })
  })

  test.each([
    ['a refusal', refused(10006, 'Too many visits!')],
    ['no list', ok({})],
    ['text', '<html>'],
    ['an id that is a number', ok({ list: [{ ...ROW, execId: 2290000000042499 }] })],
    ['another symbol', ok({ list: [{ ...ROW, symbol: 'ETHUSDT' }] })],
    ['a time that is a number', ok({ list: [{ ...ROW, time: 1 }] })],
    ['a row that is null', ok({ list: [null] })]
  ])('that are %s are refused', (_, body) => {
    expect(() => history.decodeTrades(body, BTC, NOW)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('candles', () => {
  const OPEN = epochMs(1_786_310_760_000)
  const row = (open: number, volume = '1252.7') => [String(open), '77.28', '77.31', '77.27', '77.3', volume, '96823.3']

  test('are asked oldest first, though a page would hold the newest', () => {
    expect(klines.page(BTC, '1m', OPEN, epochMs(OPEN + 86_400_000), 1000)).toEqual({
      path: `/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&start=${OPEN}&end=${OPEN + 59_999_999}&limit=1000`,
      cost: 1
    })
    expect(klines.page(SPOT, '1d', null, OPEN, 10).path).toBe(
      `/v5/market/kline?category=spot&symbol=BTCUSDT&interval=D&end=${OPEN - 1}&limit=10`
    )
  })

  test('lack what Bybit does not tell, and stand oldest first', () => {
    const { klines: all, odd } = klines.decodePage(ok({ list: [row(OPEN + 60_000), row(OPEN)] }), BTC, '1m')
    expect(odd).toEqual([])
    expect(all.map(({ openTime }) => openTime)).toEqual([OPEN, OPEN + 60_000])
    expect(all[0]).toEqual({
      exchange: 'bybit',
      symbol: 'BTC/USDT:USDT',
      interval: '1m',
      openTime: OPEN,
      closeTime: OPEN + 60_000,
      open: '77.28',
      high: '77.31',
      low: '77.27',
      close: '77.3',
      volume: '1252.7',
      quoteVolume: '96823.3',
      tradeCount: null,
      takerBuyVolume: null,
      takerBuyQuoteVolume: null
    })
  })

  test.each([
    ['a volume in words', row(OPEN, 'much')],
    ['a beginning between two minutes', row(OPEN + 1)],
    ['too few figures', row(OPEN).slice(0, 6)]
  ])('with %s are set aside, and the others count', (_, bad) => {
    const { klines: all, odd } = klines.decodePage(ok({ list: [row(OPEN + 60_000), bad] }), BTC, '1m')
    expect(all).toHaveLength(1)
    expect(odd).toMatchObject([{ openTime: Number(bad[0]), row: bad }])
  })
})

describe('the list of instruments', () => {
  const names = ['BTC/USDT:USDT', 'NEW/USDT:USDT', 'BTC/USD:BTC', 'BTC/USDT'].map(symbol =>
    parseInstrument(`bybit:${symbol}`)
  )
  const page = (nextPageCursor: string) =>
    ok({ category: 'linear', nextPageCursor, list: [{ symbol: 'BTCUSDT', status: 'Trading' }, null] })

  test('is asked of contracts, where there are any', () => {
    expect(listing.request(names).path).toBe('/v5/market/instruments-info?category=linear&limit=1000')
    expect(listing.request([SPOT]).path).toBe('/v5/market/instruments-info?category=spot&limit=1000')
  })

  test('tells of its own category alone, and of a further page nothing', () => {
    expect(listing.decode(page(''), names)).toEqual(['Trading', null, null, undefined])
    expect(listing.decode(page('next'), names)).toEqual(['Trading', undefined, undefined, undefined])
    expect(() => listing.decode(refused(10001, 'x'), names)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describe('an answer', () => {
  const refusalOf = (status: number, body: unknown) => rest.refusal(answer(status, body))

  test.each([
    [200, refused(10006, 'Too many visits. Exceeded the API Rate Limit.'), { kind: 'rate-limited', waitMs: 1_000 }],
    [200, refused(10018, 'Exceeded the IP Rate Limit.'), { kind: 'rate-limited', waitMs: 1_000 }],
    [429, '', { kind: 'rate-limited', waitMs: 1_000 }],
    [403, 'access too frequent', { kind: 'rate-limited', waitMs: 600_000 }],
    [403, '<html>The Amazon CloudFront distribution is configured to block</html>', { kind: 'blocked' }],
    [200, refused(10001, 'params error: Symbol Invalid'), { kind: 'unknown-symbol' }],
    [200, refused(10001, 'Invalid period!'), { kind: 'bad-request' }],
    [200, refused(10016, 'Server error.'), null],
    [200, ok({ list: [] }), null]
  ] as const)('of %i with %j refuses by %j', (status, body, refusal) => {
    expect(refusalOf(status, body)).toEqual(refusal)
  })

  test('tells the time of the exchange in nanoseconds', () => {
    const time = (result: unknown) => rest.serverTime.decode(answer(200, ok(result)))
    expect(time({ timeSecond: '1688639403', timeNano: '1688639403423213947' })).toBe(1_688_639_403_423)
    expect(time({})).toBeNull()
    expect(rest.serverTime.decode(answer(200, 'busy'))).toBeNull()
  })
})

describeRecorded('the recorded lists', () => {
  test('name every contract and every pair that is followed, as they are named here', () => {
    const lists = recordedLines('bybit/ws_rest_20260809_first_half.jsonl.gz')
      .map(line => JSON.parse(line))
      .filter(({ t }) => t === 'http')
      .map(({ data }) => JSON.parse(data))
    const followed = ['BTC/USDT:USDT', 'BTC/USDC:USDC', 'TSLA/USDT:USDT', 'XAU/USDT:USDT', 'BTC/USDT', 'AAPLX/USDT']
    const instruments = followed.map(symbol => parseInstrument(`bybit:${symbol}`))
    const said = lists.map(body => listing.decode(body, instruments))
    expect(instruments.map((_, i) => said.map(list => list[i]).find(Boolean))).toEqual(followed.map(() => 'Trading'))
  })
})
