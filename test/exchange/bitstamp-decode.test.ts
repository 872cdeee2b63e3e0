import { describe, expect, test } from '@jest/globals'
import { bitstamp } from '../../src/exchange/bitstamp/bitstamp.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { brokenFields, foreignTexts } from '../support/broken-frames.ts'

const NOW = epochMs(1_700_000_001_000)
const BTC = parseInstrument('bitstamp:BTC/USD')
const { decode, tradeStream, subscribe, keepAlive } = bitstamp
const CHANNEL = tradeStream(BTC)
const read = (message: unknown) => decode(JSON.stringify(message), new Map([[CHANNEL, BTC]]), NOW)

// The form of the documentation's example.
const TRADE = {
  id: 304_533_791,
  timestamp: '1700000000',
  amount: 0.015,
  amount_str: '0.01500000',
  price: 37000.1,
  price_str: '37000.10',
  type: 1,
  microtimestamp: '1700000000123456',
  buy_order_id: 1_687_000_000_000_001,
  sell_order_id: 1_687_000_000_000_002
}
const MESSAGE = { data: TRADE, channel: 'live_trades_btcusd', event: 'trade' }

describe('the socket of Bitstamp', () => {
  test('is asked for each channel by itself', () => {
    expect(subscribe([CHANNEL, 'live_trades_etheur']).map(text => JSON.parse(text))).toEqual([
      { event: 'bts:subscribe', data: { channel: 'live_trades_btcusd' } },
      { event: 'bts:subscribe', data: { channel: 'live_trades_etheur' } }
    ])
    expect(JSON.parse(keepAlive.message)).toEqual({ event: 'bts:heartbeat' })
  })

  test('names no contract', () => {
    expect(tradeStream(parseInstrument('bitstamp:BTC/USD:USD'))).toBe('live_trades_btc-usd:usd')
  })

  test.each([
    [
      { event: 'bts:subscription_succeeded', channel: CHANNEL, data: {} },
      { kind: 'reply', id: null, error: null, streams: [CHANNEL] }
    ],
    [
      { event: 'bts:error', channel: '', data: { code: null, message: 'Bad subscription string.' } },
      { kind: 'reply', id: null, error: 'Bad subscription string.' }
    ],
    [{ event: 'bts:heartbeat', channel: '', data: { status: 'success' } }, { kind: 'alive' }],
    [{ event: 'bts:request_reconnect', channel: '', data: '' }, { kind: 'shutdown' }]
  ])('tells by %j', (message, event) => {
    expect(read(message)).toEqual([event])
  })
})

describe('a trade', () => {
  test('has the time of its microseconds, its digits as they were sent, and the side of its taker', () => {
    expect(read(MESSAGE)).toEqual([
      {
        kind: 'trade',
        time: 1_700_000_000_123,
        trade: {
          exchange: 'bitstamp',
          symbol: 'BTC/USD',
          id: '304533791',
          price: '37000.1',
          quantity: '0.015',
          time: 1_700_000_000_123,
          receivedAt: NOW,
          side: 'sell',
          via: 'stream'
        }
      }
    ])
    expect(read({ ...MESSAGE, data: { ...TRADE, type: 0 } })).toMatchObject([{ trade: { side: 'buy' } }])
  })

  test.each(
    brokenFields(MESSAGE, [
      ...['id', 'amount_str', 'price_str', 'type', 'microtimestamp'].map(name => `data.${name}`),
      'data'
    ])
  )('with %s is unreadable', (_, text) => {
    expect(decode(text, new Map([[CHANNEL, BTC]]), NOW)).toMatchObject([{ kind: 'unreadable', stream: CHANNEL }])
  })
})

describe('anything else is unreadable', () => {
  test.each(Object.entries(foreignTexts(JSON.stringify(MESSAGE))))('%s', (_, text) => {
    expect(decode(text, new Map([[CHANNEL, BTC]]), NOW)).toMatchObject([
      { kind: 'unreadable', detail: expect.stringMatching(/./) }
    ])
  })

  test.each([
    [{ ...MESSAGE, channel: 'live_trades_etheur' }, 'unknown_stream'],
    [{ ...MESSAGE, event: 'order_created' }, 'unknown_event']
  ])('%j', (message, reason) => {
    expect(read(message)).toMatchObject([{ kind: 'unreadable', reason }])
  })
})
