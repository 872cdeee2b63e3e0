import { describe, expect, test } from '@jest/globals'
import { deribit } from '../../src/exchange/deribit/deribit.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { brokenFields, foreignTexts } from '../support/broken-frames.ts'
import { tradesIn } from '../support/recorded-venues.ts'

const NOW = epochMs(1_765_531_400_000)
const BTC = parseInstrument('deribit:BTC/USDC:USDC')
const { decode, tradeStream, klines, subscribe, socketPath, keepAlive } = deribit
const TRADES = tradeStream(BTC)
const CANDLES = klines.stream(BTC)
const byStream = new Map([TRADES, CANDLES].map(stream => [stream, BTC]))
const read = (message: unknown) => decode(JSON.stringify(message), byStream, NOW)

// The shape of the documentation's example, of a contract that is followed.
const TRADE = {
  timestamp: 1_765_531_356_452,
  price: 92294.5,
  amount: 0.012,
  direction: 'sell',
  index_price: 92276.75,
  instrument_name: 'BTC_USDC-PERPETUAL',
  trade_seq: 271_252_854,
  mark_price: 92287.11,
  tick_direction: 2,
  contracts: 12,
  trade_id: 'USDC-403691824'
}
const push = (data: unknown, channel = TRADES) => ({
  jsonrpc: '2.0',
  method: 'subscription',
  params: { channel, data }
})
const OPEN = 1_765_531_320_000
const CANDLE = { tick: OPEN, open: 87490, high: 87500, low: 87465, close: 87474, volume: 0.95978896, cost: 83970.5 }

describe('the socket of Deribit', () => {
  test('takes channels, and is kept by a request now and then', () => {
    expect(socketPath()).toBe('/ws/api/v2')
    const [message = ''] = subscribe([TRADES, CANDLES], 7)
    expect(JSON.parse(message)).toEqual({
      jsonrpc: '2.0',
      id: 7,
      method: 'public/subscribe',
      params: { channels: ['trades.BTC_USDC-PERPETUAL.100ms', 'chart.trades.BTC_USDC-PERPETUAL.1'] }
    })
    expect(JSON.parse(keepAlive.message)).toMatchObject({ id: 'test', method: 'public/test' })
  })

  test.each([
    ['BTC/USDC', 'trades.BTC_USDC.100ms'],
    ['ETH/USDC:USDC-261225', 'trades.ETH_USDC-25DEC26.100ms'],
    ['ETH/USDC:USDC-260703', 'trades.ETH_USDC-3JUL26.100ms'],
    // Settled in its base, or an option: they get a name that nothing has.
    ['BTC/USD:BTC', 'trades.BTC-PERPETUAL.100ms'],
    ['BTC/USD:BTC-261225', 'trades.BTC-25DEC26.100ms'],
    ['BTC/EUR:BTC', 'trades.BTC-EUR:BTC.100ms'],
    ['BTC/USD:BTC-261225-100000-C', 'trades.BTC-USD:BTC-261225-100000-C.100ms']
  ])('names %s as %s', (symbol, stream) => {
    expect(tradeStream(parseInstrument(`deribit:${symbol}`))).toBe(stream)
  })

  test.each([
    [
      { jsonrpc: '2.0', id: 7, result: [TRADES], usIn: 1, usOut: 1_765_531_356_001_000, usDiff: 1 },
      { kind: 'reply', id: 7, error: null, streams: [TRADES], time: 1_765_531_356_001 }
    ],
    [
      { jsonrpc: '2.0', id: 7, error: { code: -32602, message: 'Invalid params' } },
      { kind: 'reply', id: 7, error: '-32602: Invalid params' }
    ],
    [{ jsonrpc: '2.0', id: 'test', result: { version: '1.2.26' } }, { kind: 'alive' }],
    [
      { jsonrpc: '2.0', method: 'heartbeat', params: { type: 'test_request' } },
      { kind: 'challenge', answer: keepAlive.message }
    ]
  ])('tells by %j', (message, event) => {
    expect(read(message)).toEqual([event])
  })
})

describe('trades', () => {
  test('come several in a message, under a number that goes up by one', () => {
    const [first, second] = read(push([TRADE, { ...TRADE, trade_seq: 271_252_855, direction: 'buy' }]))
    expect(first).toEqual({
      kind: 'trade',
      time: 1_765_531_356_452,
      trade: {
        exchange: 'deribit',
        symbol: 'BTC/USDC:USDC',
        id: 'USDC-403691824',
        sequence: '271252854',
        price: '92294.5',
        quantity: '0.012',
        time: 1_765_531_356_452,
        receivedAt: NOW,
        side: 'sell',
        via: 'stream'
      }
    })
    expect(second).toMatchObject({ trade: { sequence: '271252855', side: 'buy' } })
  })

  test.each([
    [{ block_trade_id: 'BLOCK-1' }, ['block']],
    [{ liquidation: 'T' }, ['liquidation']],
    [{ combo_id: 'BTC-FS-25DEC26_PERP', combo_trade_id: '43' }, ['combo']],
    [{ combo_trade_id: '43', block_trade_id: 'BLOCK-1', liquidation: 'M' }, ['block', 'liquidation', 'combo']]
  ])('marked %j have the flags %j', (marks, flags) => {
    expect(tradesIn(read(push([{ ...TRADE, ...marks }])))[0]?.flags).toEqual(flags)
  })

  test('that cannot be read leave the others of their message alone', () => {
    const kinds = read(push([{ ...TRADE, price: 'NaN' }, TRADE, null])).map(({ kind }) => kind)
    expect(kinds).toEqual(['unreadable', 'trade', 'unreadable'])
  })

  test.each(
    brokenFields(
      push([TRADE]),
      ['timestamp', 'direction', 'instrument_name', 'trade_seq'].map(name => `params.data.0.${name}`)
    )
  )('with %s are unreadable', (_, text) => {
    expect(decode(text, byStream, NOW)).toMatchObject([{ kind: 'unreadable', reason: 'undecodable', stream: TRADES }])
  })

  test.each([null, -1, '92294.5', {}, 0.1 + 0.2, 2 ** 60, undefined])(
    'with the price %j are unreadable: it is none, or a number cannot say it',
    price => {
      expect(read(push([{ ...TRADE, price }]))).toMatchObject([{ kind: 'unreadable', reason: 'undecodable' }])
    }
  )

  test.each([
    [1e-7, '0.0000001'],
    [0.00000123, '0.00000123'],
    [1e21, '1000000000000000000000'],
    [123_456_789_012_345, '123456789012345']
  ])('of the amount %d hold it exactly', (amount, quantity) => {
    expect(tradesIn(read(push([{ ...TRADE, amount }])))[0]?.quantity).toBe(quantity)
  })
})

describe('a candle', () => {
  test('tells prices and volumes alone, never that it has closed, and a time that has surely come', () => {
    expect(read(push(CANDLE, CANDLES))).toEqual([
      {
        kind: 'kline',
        closed: false,
        time: OPEN,
        kline: {
          exchange: 'deribit',
          symbol: 'BTC/USDC:USDC',
          interval: '1m',
          openTime: OPEN,
          closeTime: OPEN + 60_000,
          open: '87490',
          high: '87500',
          low: '87465',
          close: '87474',
          volume: '0.95978896',
          quoteVolume: '83970.5',
          tradeCount: null,
          takerBuyVolume: null,
          takerBuyQuoteVolume: null
        }
      }
    ])
  })

  test.each(['tick', 'open', 'high', 'low', 'close', 'volume', 'cost'])('without %s is unreadable', name => {
    expect(read(push({ ...CANDLE, [name]: undefined }, CANDLES))).toMatchObject([
      { kind: 'unreadable', stream: CANDLES, detail: expect.stringMatching(new RegExp(`^${name}: `)) }
    ])
  })
})

describe('anything else is unreadable', () => {
  test.each(Object.entries(foreignTexts(JSON.stringify(push([TRADE])))))('%s', (_, text) => {
    expect(decode(text, byStream, NOW)).toMatchObject([{ kind: 'unreadable', detail: expect.stringMatching(/./) }])
  })

  test.each([
    [push([TRADE], 'trades.ETH_USDC-PERPETUAL.100ms'), 'unknown_stream'],
    [push({}), 'undecodable'],
    [{ jsonrpc: '2.0', id: 7, result: 'ok' }, 'undecodable'],
    [{ jsonrpc: '2.0', method: 'subscription' }, 'undecodable']
  ])('%j', (message, reason) => {
    expect(read(message)).toMatchObject([{ kind: 'unreadable', reason }])
  })
})
