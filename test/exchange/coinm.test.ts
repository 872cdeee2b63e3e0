import { describe, expect, test } from '@jest/globals'
import { binanceCoinm } from '../../src/exchange/binance/futures/coinm.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import type { SizedInstrument } from '../../src/market/records/feed/contract-size.ts'
import { epochMs } from '../../src/market/time.ts'
import { tickCodec } from '../../src/stream/codec/tick-codec.ts'
import { brokenFields, foreignTexts } from '../support/broken-frames.ts'

const NOW = epochMs(1_591_300_000_000)
const unsized = parseInstrument('binancecoinm:BTC/USD:BTC-200626')
const BTC: SizedInstrument = { ...unsized, contractSize: '100' }
const { book, decode, history, klines, listing, route, socketPath, tickerStream, tradeStream } = binanceCoinm
const STREAMS = [tradeStream(BTC), book.stream(BTC), tickerStream(BTC), klines.stream(BTC)]
const read = (data: unknown, stream = STREAMS[0]!, of = BTC) =>
  decode(JSON.stringify({ stream, data }), new Map(STREAMS.map(name => [name, of])), NOW)[0]!

// As the exchange's documentation writes them: of its sockets nothing is recorded here.
const TRADE = {
  e: 'aggTrade',
  E: 1_591_261_134_288,
  a: 424_951,
  s: 'BTCUSD_200626',
  p: '9643.5',
  q: '2',
  f: 606_073,
  l: 606_074,
  T: 1_591_261_134_199,
  m: false
}
const KLINE = {
  ...{ t: 1_591_261_500_000, T: 1_591_261_559_999, s: 'BTCUSD_200626', i: '1m', f: 606_400, L: 606_430 },
  ...{ o: '9638.9', c: '9639.8', h: '9639.8', l: '9638.6', v: '156', n: 31, x: true, q: '1.61836886' },
  ...{ V: '73', Q: '0.75731156', B: '0' }
}

describe('a contract that is settled in its base currency', () => {
  test.each([
    ['BTC/USD:BTC', 'btcusd_perp@aggTrade'],
    ['ETH/USD:ETH-261225', 'ethusd_261225@aggTrade'],
    ['BTC/USDT:USDT', 'btc-usdt:usdt@aggTrade']
  ])('%s is followed on %s', (symbol, stream) => {
    expect(tradeStream({ exchange: 'binancecoinm', symbol })).toBe(stream)
  })

  test('shares its sockets, which have no routes', () => {
    expect(new Set(STREAMS.map(route))).toEqual(new Set(['']))
    expect(socketPath(STREAMS.slice(0, 2))).toBe('/stream?streams=btcusd_200626@aggTrade/btcusd_200626@depth@100ms')
  })

  test('has trades with the contracts that the exchange counts, and what they are in both currencies', () => {
    const event = read(TRADE)
    expect(event).toEqual({
      kind: 'trade',
      time: 1_591_261_134_288,
      trade: {
        exchange: 'binancecoinm',
        symbol: 'BTC/USD:BTC-200626',
        id: '424951',
        price: '9643.5',
        quantity: '0.020739358116866283',
        time: 1_591_261_134_199,
        receivedAt: NOW,
        side: 'buy',
        via: 'stream',
        contracts: '2',
        quoteQuantity: '200',
        prints: 2
      }
    })
    const { trade } = event as Extract<typeof event, { kind: 'trade' }>
    // In the order of its table, as it is written.
    expect(tickCodec.encode(tickCodec.decode(Buffer.from(tickCodec.encode(trade))))).toBe(tickCodec.encode(trade))
    expect(Object.keys(trade).slice(-3)).toEqual(['contracts', 'quoteQuantity', 'prints'])
  })

  test('has the same of its history', () => {
    const { e: _, E: __, s: ___, ...row } = TRADE
    expect(history.trades(BTC, { id: '424951', notBefore: null }, 1000).path).toBe(
      '/dapi/v1/aggTrades?symbol=BTCUSD_200626&limit=1000&fromId=424951'
    )
    expect(history.decodeTrades([row], BTC, NOW)[0]).toMatchObject({ contracts: '2', quoteQuantity: '200', prints: 2 })
  })

  test('tells nothing while nobody has said what a contract of it holds', () => {
    expect(read(TRADE, STREAMS[0], unsized)).toMatchObject({
      kind: 'unreadable',
      reason: 'undecodable',
      detail: expect.stringContaining('contractSize')
    })
    expect(() => history.decodeTrades([{ ...TRADE }], unsized, NOW)).toThrow(/contractSize/)
  })

  const FRAME = { stream: STREAMS[0]!, data: TRADE }
  const NAMES = ['E', 'a', 's', 'p', 'q', 'f', 'l', 'T', 'm'].map(name => `data.${name}`)

  test.each([...brokenFields(FRAME, NAMES), ...Object.entries(foreignTexts(JSON.stringify(FRAME)))])(
    'whose message has or is %s is set aside',
    (_, text) => {
      expect(decode(text, new Map(STREAMS.map(name => [name, BTC])), NOW)[0]).toMatchObject({ kind: 'unreadable' })
    }
  )
})

describe('the candles of COIN-M', () => {
  test('are exact in the quote currency, and told rounded in the base currency, which is not taken', () => {
    const figures = {
      volume: null,
      quoteVolume: '15600',
      tradeCount: 31,
      takerBuyVolume: null,
      takerBuyQuoteVolume: '7300'
    }
    const stream = klines.stream(BTC)
    expect(read({ e: 'kline', E: NOW, s: 'BTCUSD_200626', k: KLINE }, stream)).toMatchObject({
      kind: 'kline',
      closed: true,
      kline: figures
    })
    const { t, o, h, l, c, v, T, q, n, V, Q } = KLINE
    const page = klines.decodePage([[t, o, h, l, c, v, T, q, n, V, Q, '0']], BTC, '1m', NOW)
    expect(page).toMatchObject({ odd: [], klines: [{ open: '9638.9', ...figures }] })
  })

  test('are asked for 200 days at most, as of a longer range it gives the newest', () => {
    const day = 86_400_000
    const { path } = klines.page(BTC, '1d', epochMs(0), epochMs(1_000 * day), 1_000)
    expect(path).toContain(`startTime=0&endTime=${200 * day - 1}&`)
    expect(klines.page(BTC, '1m', epochMs(0), epochMs(day), 1_000).path).toContain(`endTime=${1_000 * 60_000 - 1}&`)
    expect(klines.page(BTC, '1m', null, epochMs(day), 1_000).path).toContain(`interval=1m&endTime=${day - 1}&`)
  })
})

test('its order book and its ticker are in the base currency as well', () => {
  const depth = {
    ...{ e: 'depthUpdate', E: NOW, T: NOW, s: 'BTCUSD_200626', ps: 'BTCUSD', U: 10, u: 12, pu: 8 },
    ...{ b: [['10000', '10']], a: [['12500', '0']] }
  }
  const levels = { bids: [['10000', '0.1']], asks: [['12500', '0']] }
  expect(read(depth, book.stream(BTC))).toMatchObject({ kind: 'depth', firstId: 9, lastId: 12, ...levels })
  expect(book.decodeSnapshot({ lastUpdateId: 12, bids: depth.b, asks: [] }, BTC)).toEqual({
    lastId: 12,
    bids: levels.bids,
    asks: []
  })
  const ticker = {
    e: '24hrTicker',
    E: NOW,
    s: 'BTCUSD_200626',
    c: '9',
    o: '9',
    h: '9',
    l: '9',
    v: '150',
    q: '1.5',
    n: 3
  }
  expect(read(ticker, tickerStream(BTC))).toMatchObject({
    kind: 'ticker',
    ticker: { baseVolume: '1.5', quoteVolume: '15000' }
  })
})

test('its list tells what a contract holds', () => {
  const row = {
    ...{ symbol: 'BTCUSD_PERP', pair: 'BTCUSD', contractType: 'PERPETUAL', contractStatus: 'TRADING' },
    ...{ contractSize: 100, marginAsset: 'BTC', baseAsset: 'BTC', quoteAsset: 'USD' },
    filters: [
      { filterType: 'PRICE_FILTER', tickSize: '0.1' },
      { filterType: 'LOT_SIZE', stepSize: '1' }
    ]
  }
  const dated = { ...row, symbol: 'ETHUSD_261225', contractSize: 10, marginAsset: 'ETH', baseAsset: 'ETH' }
  expect(listing.instruments({ symbols: [row, { ...dated, contractStatus: 'PRE_DELIVERING' }] })).toMatchObject([
    { symbol: 'BTC/USD:BTC', type: 'swap', tickSize: '0.1', lotSize: null, contractSize: '100', status: 'TRADING' },
    { symbol: 'ETH/USD:ETH-261225', type: 'future', contractSize: '10', status: 'PRE_DELIVERING' }
  ])
  expect(listing.decode({ symbols: [row] }, [{ exchange: 'binancecoinm', symbol: 'BTC/USD:BTC' }])).toEqual(['TRADING'])
})
