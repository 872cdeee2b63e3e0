import { describe, expect, test } from '@jest/globals'
import { hyperliquid } from '../../src/exchange/hyperliquid/hyperliquid.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { answer } from '../ingest/fake-exchange.ts'
import { describeRecorded, recordedAnswer } from '../support/recorded-venues.ts'

const BTC = parseInstrument('hyperliquid:BTC/USDC:USDC')
const GOLD = parseInstrument('hyperliquid:XYZ-GOLD/USDC:USDC')
const SPOT = parseInstrument('hyperliquid:BTC/USDC')
const NOW = epochMs(1_769_916_060_000)
const OPEN = epochMs(1_769_916_000_000)
const { history, klines, listing, rest } = hyperliquid
const ROW = { coin: 'BTC', side: 'A', px: '104320.0', sz: '0.01500', hash: '0x0', time: OPEN + 2_000, tid: 300_003 }
const CANDLE = {
  t: OPEN,
  T: OPEN + 59_999,
  s: 'BTC',
  i: '1m',
  o: '104300.0',
  h: '104320.0',
  l: '104300.0',
  c: '104320.0',
  v: '0.04',
  n: 3
}
const TS_DATA = expect.objectContaining({ code: 'TS-DATA' })
const asked = ({ body, ...request }: { readonly body?: string }) => ({ ...request, body: JSON.parse(String(body)) })

describe('the history of trades', () => {
  test('is asked by a body, and is the newest ones', () => {
    expect(asked(history.trades(BTC))).toEqual({ path: '/info', cost: 21, body: { type: 'recentTrades', coin: 'BTC' } })
  })

  test('stands oldest first, in any order that it was sent', () => {
    const later = { ...ROW, tid: 300_004 }
    const first = { ...ROW, tid: 7, time: OPEN, side: 'B' }
    const ids = (...rows: readonly unknown[]) => history.decodeTrades(rows, BTC, NOW).map(({ id }) => id)
    expect(ids(later, ROW, first)).toEqual(['7', '300003', '300004'])
    expect(ids(first, ROW)).toEqual(['7', '300003'])
    expect(history.decodeTrades([ROW], BTC, NOW)).toEqual([
      {
        exchange: 'hyperliquid',
        symbol: 'BTC/USDC:USDC',
        id: '300003',
        price: '104320',
        quantity: '0.015',
        time: OPEN + 2_000,
        receivedAt: NOW,
        side: 'sell',
        via: 'history'
      }
    ])
  })

  test.each([
    ['null', null],
    ['a row that is null', [null]],
    ['of another coin', [{ ...ROW, coin: 'ETH' }]],
    ['an id beyond exact numbers', [{ ...ROW, tid: 2 ** 60 }]],
    ['a side that is none', [{ ...ROW, side: 'buy' }]]
  ])('that is %s is refused', (_, body) => {
    expect(() => history.decodeTrades(body, BTC, NOW)).toThrow(TS_DATA)
  })
})

describe('candles', () => {
  test('are asked for a range that a page holds, and cost by their number', () => {
    const wanted = (startTime: number, endTime: number, cost = 22) => ({
      path: '/info',
      cost,
      body: { type: 'candleSnapshot', req: { coin: 'xyz:GOLD', interval: '1m', startTime, endTime } }
    })
    const length = 100 * 60_000
    const to = epochMs(OPEN + 86_400_000)
    expect(asked(klines.page(GOLD, '1m', OPEN, to, 100))).toEqual(wanted(OPEN, OPEN + length - 1))
    expect(asked(klines.page(GOLD, '1m', OPEN, epochMs(OPEN + 60_000), 100))).toEqual(wanted(OPEN, OPEN + 59_999, 21))
    expect(asked(klines.page(GOLD, '1m', null, to, 100))).toEqual(wanted(to - length, to - 1))
  })

  test('tell count and volume, and no quote volume', () => {
    const { klines: read, odd } = klines.decodePage([CANDLE, { ...CANDLE, t: OPEN - 60_000, T: OPEN - 1 }], BTC, '1m')
    expect(odd).toEqual([])
    expect(read.map(({ openTime }) => openTime)).toEqual([OPEN - 60_000, OPEN])
    expect(read[1]).toMatchObject({ volume: '0.04', tradeCount: 3, quoteVolume: null, takerBuyVolume: null })
  })

  test.each([
    ['s', 'ETH'],
    ['i', '5m'],
    ['T', OPEN + 60_000],
    ['o', ''],
    ['h', null],
    ['l', '-1'],
    ['c', 'NaN'],
    ['v', undefined],
    ['n', '3']
  ])('whose %s is %j are set aside', (name, value) => {
    expect(klines.decodePage([{ ...CANDLE, [name]: value }], BTC, '1m')).toMatchObject({
      klines: [],
      odd: [{ openTime: OPEN, detail: expect.stringContaining(`${name}: `) }]
    })
  })

  test('whose beginning is none are set aside', () => {
    const rows = [{ ...CANDLE, t: OPEN + 1 }, null]
    expect(klines.decodePage(rows, BTC, '1m')).toMatchObject({
      klines: [],
      odd: [{ openTime: OPEN + 1 }, { openTime: null }]
    })
  })

  test('that are no list are refused', () => {
    expect(() => klines.decodePage({ error: 'x' }, BTC, '1m')).toThrow(TS_DATA)
  })
})

describe('the list', () => {
  const META = {
    universe: [
      { name: 'BTC', szDecimals: 5, maxLeverage: 40 },
      { name: 'kPEPE', szDecimals: 0, isDelisted: null },
      { name: 'MATIC', szDecimals: 1, isDelisted: true },
      { name: 7 },
      null
    ],
    collateralToken: 0
  }
  const OF_BUILDER = { universe: [{ name: 'xyz:GOLD', szDecimals: 4 }], collateralToken: 0 }

  test.each([
    ['all', null, { type: 'meta' }],
    ['the main one', [BTC, SPOT], { type: 'meta' }],
    ['a builder’s', [GOLD], { type: 'meta', dex: 'xyz' }],
    ['the main one, where both are followed', [GOLD, BTC], { type: 'meta' }]
  ])('is of %s', (_, of, body) => {
    expect(asked(listing.request(of))).toEqual({ path: '/info', cost: 20, body })
  })

  test('says what is listed, and nothing of another exchange’s', () => {
    const matic = parseInstrument('hyperliquid:MATIC/USDC:USDC')
    expect(listing.decode(META, [BTC, matic, SPOT, GOLD])).toEqual(['listed', 'delisted', null, undefined])
    expect(listing.decode(OF_BUILDER, [BTC, GOLD])).toEqual([undefined, 'listed'])
    expect(listing.suspended).toEqual(['delisted'])
  })

  test('holds what can be followed, with its steps', () => {
    expect(listing.instruments(META).map(({ symbol }) => symbol)).toEqual([
      'BTC/USDC:USDC',
      'kPEPE/USDC:USDC',
      'MATIC/USDC:USDC'
    ])
    expect(listing.instruments(OF_BUILDER)).toEqual([
      {
        symbol: 'XYZ-GOLD/USDC:USDC',
        native: 'xyz:GOLD',
        base: 'XYZ-GOLD',
        quote: 'USDC',
        type: 'swap',
        tickSize: '0.01',
        lotSize: '0.0001',
        contractSize: null,
        minSize: null,
        contractType: null,
        assetClass: null,
        listedAt: null,
        expiresAt: null,
        status: 'listed'
      }
    ])
  })

  test('of contracts in another currency holds none that can be followed', () => {
    const other = { ...OF_BUILDER, collateralToken: 235 }
    expect(listing.instruments(other)).toEqual([])
    expect(listing.decode(other, [GOLD])).toEqual([null])
  })
})

describe('an answer', () => {
  test.each([
    [429, { kind: 'rate-limited', waitMs: 10_000 }],
    [403, { kind: 'blocked' }],
    [451, { kind: 'blocked' }],
    [422, { kind: 'bad-request' }],
    [500, null],
    [200, null]
  ])('of status %d is %j', (status, refusal) => {
    expect(rest.refusal(answer(status, null))).toEqual(refusal)
  })

  test('tells the time of the exchange', () => {
    const { request, decode } = rest.serverTime
    expect(asked(request)).toEqual({ path: '/info', cost: 2, body: { type: 'exchangeStatus' } })
    expect(decode(answer(200, { specialStatuses: null, time: OPEN }))).toBe(OPEN)
    expect(decode(answer(200, null))).toBeNull()
  })
})

describeRecorded('answers as they were recorded (skipped where ../shared/data is absent)', () => {
  test('are read: trades, and the list', () => {
    const trades = history.decodeTrades(recordedAnswer('hyperliquid/format/http_recent_trades_btc.json'), BTC, NOW)
    expect(trades.map(({ id, side }) => [id, side])).toEqual([
      ['300001', 'sell'],
      ['300002', 'buy'],
      ['300003', 'sell']
    ])
    const meta = recordedAnswer('hyperliquid/format/http_meta_perp_sample.json')
    expect(listing.instruments(meta)).toMatchObject([
      { symbol: 'BTC/USDC:USDC', tickSize: '0.1', lotSize: '0.00001', status: 'listed' },
      { symbol: 'ETH/USDC:USDC', tickSize: '0.01', lotSize: '0.0001' },
      { symbol: 'ATOM/USDC:USDC', tickSize: '0.0001', lotSize: '0.01' }
    ])
  })
})
