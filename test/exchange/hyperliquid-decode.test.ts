import { describe, expect, test } from '@jest/globals'
import { hyperliquid } from '../../src/exchange/hyperliquid/hyperliquid.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { brokenFields, foreignTexts } from '../support/broken-frames.ts'
import { describeRecorded, recordedLines, tradesIn } from '../support/recorded-venues.ts'

const OPEN = 1_737_918_840_000
const NOW = epochMs(OPEN + 20_000)
const BTC = parseInstrument('hyperliquid:BTC/USDC:USDC')
const GOLD = parseInstrument('hyperliquid:XYZ-GOLD/USDC:USDC')
const { decode, tradeStream, subscribe, socketPath, keepAlive } = hyperliquid
const byStream = new Map([BTC, GOLD].map(of => [tradeStream(of), of]))
const read = (message: unknown) => decode(JSON.stringify(message), byStream, NOW)

const TRADE = {
  coin: 'BTC',
  hash: '0x84f7cbe3596546489dac041c922b5b01650050179ee3058030bca59dd434d1d5',
  px: '105056.0',
  side: 'B',
  sz: '0.01853',
  tid: 754_186_699_313_231,
  time: OPEN + 13_204,
  users: ['0x592c6f1df3cd8b8f39408c807b5227fa4837c4c7', '0x6802b4267f7f2bf7003dcf993c51542245b38329']
}
const TRADES = { channel: 'trades', data: [TRADE] }

describe('the socket of Hyperliquid', () => {
  test('is asked for each stream by itself, and told that somebody listens', () => {
    expect(socketPath()).toBe('/ws')
    expect(subscribe([GOLD, BTC].map(tradeStream)).map(text => JSON.parse(text))).toEqual([
      { method: 'subscribe', subscription: { type: 'trades', coin: 'xyz:GOLD' } },
      { method: 'subscribe', subscription: { type: 'trades', coin: 'BTC' } }
    ])
    expect(JSON.parse(keepAlive.message)).toEqual({ method: 'ping' })
    expect(keepAlive.everyMs).toBeLessThan(60_000)
  })

  test.each([
    ['kPEPE/USDC:USDC', 'kPEPE'],
    ['XYZ-GOLD/USDC:USDC', 'xyz:GOLD'],
    // Spot, settled in another currency, or with an end: they get a name that nothing has.
    ['BTC/USDC', 'BTC-USDC'],
    ['BTC/USDT:USDT', 'BTC-USDT:USDT'],
    ['BTC/USDC:USDC-261225', 'BTC-USDC:USDC-261225']
  ])('names %s as %s', (symbol, stream) => {
    expect(tradeStream(parseInstrument(`hyperliquid:${symbol}`))).toBe(stream)
  })

  test.each([
    [{ channel: 'pong' }, { kind: 'alive' }],
    [
      {
        channel: 'subscriptionResponse',
        data: { method: 'subscribe', subscription: { type: 'trades', coin: 'BTC' } }
      },
      { kind: 'reply', id: null, error: null, streams: ['BTC'] }
    ],
    [
      { channel: 'error', data: 'Invalid subscription {"type":"trades","coin":"NOPE"}' },
      {
        kind: 'reply',
        id: null,
        error: 'Invalid subscription {"type":"trades","coin":"NOPE"}',
        streams: ['NOPE']
      }
    ],
    [
      { channel: 'error', data: 'Too many subscriptions' },
      { kind: 'reply', id: null, error: 'Too many subscriptions' }
    ]
  ])('tells by %j', (message, event) => {
    expect(read(message)).toEqual([event])
  })

  test('greets in words', () => {
    expect(decode('Websocket connection established.', byStream, NOW)).toEqual([{ kind: 'alive' }])
  })
})

describe('a trade', () => {
  test('has its digits as they were sent, and the side of its taker', () => {
    expect(read(TRADES)).toEqual([
      {
        kind: 'trade',
        time: TRADE.time,
        trade: {
          exchange: 'hyperliquid',
          symbol: 'BTC/USDC:USDC',
          id: '754186699313231',
          price: '105056',
          quantity: '0.01853',
          time: TRADE.time,
          receivedAt: NOW,
          side: 'buy',
          via: 'stream'
        }
      }
    ])
    expect(read({ ...TRADES, data: [{ ...TRADE, side: 'A' }] })).toMatchObject([{ trade: { side: 'sell' } }])
  })

  test('of a builder’s exchange is read by its name', () => {
    expect(read({ ...TRADES, data: [{ ...TRADE, coin: 'xyz:GOLD' }] })).toMatchObject([
      { trade: { symbol: 'XYZ-GOLD/USDC:USDC' } }
    ])
  })

  test('counts beside one that cannot be read', () => {
    const events = read({ ...TRADES, data: [{ ...TRADE, px: 'none' }, TRADE] })
    expect(events.map(({ kind }) => kind)).toEqual(['unreadable', 'trade'])
  })

  test.each(
    brokenFields(TRADES, [...['tid', 'px', 'sz', 'side', 'time', 'coin'].map(name => `data.0.${name}`), 'data.0'])
  )('with %s is unreadable', (_, text) => {
    expect(decode(text, byStream, NOW)).toMatchObject([{ kind: 'unreadable' }])
  })
})

describe('anything else is unreadable', () => {
  test.each(Object.entries(foreignTexts(JSON.stringify(TRADES))))('%s', (_, text) => {
    expect(decode(text, byStream, NOW)).toMatchObject([{ kind: 'unreadable', detail: expect.stringMatching(/./) }])
  })

  test.each([
    [{ ...TRADES, data: [{ ...TRADE, coin: 'ETH' }] }, 'unknown_stream'],
    [{ ...TRADES, channel: 'l2Book' }, 'unknown_event'],
    [{ ...TRADES, data: TRADE }, 'undecodable'],
    [{ channel: 'subscriptionResponse', data: null }, 'undecodable'],
    [{ channel: 'error', data: {} }, 'undecodable']
  ])('%j', (message, reason) => {
    expect(read(message)).toMatchObject([{ kind: 'unreadable', reason }])
  })
})

describeRecorded('frames as they were recorded (skipped where ../shared/data is absent)', () => {
  const frames = recordedLines('hyperliquid/btcusd_20250126_first_half.gz').map(line =>
    line.slice(line.indexOf(' ') + 1)
  )
  const tradeFrames = frames.filter(text => text.startsWith('{"channel":"trades"'))

  test('tell of every trade, with the digits of its id', () => {
    const trades = tradeFrames.flatMap(text => tradesIn(decode(text, byStream, NOW)))
    const sent = tradeFrames.flatMap(text => [...text.matchAll(/"tid":(\d+)/g)].map(([, digits]) => digits))
    expect(trades.map(({ id }) => id)).toEqual(sent)
    expect(new Set(sent).size).toBe(32)
  })

  test('print buys at the best ask of that moment, and sells at the best bid: sides are the taker’s', () => {
    const [, ...live] = tradeFrames
    const bookBefore = (text: string) =>
      JSON.parse(frames.slice(0, frames.indexOf(text)).findLast(frame => frame.startsWith('{"channel":"l2Book"'))!).data
        .levels
    const at = live.flatMap(text => {
      const [[bid], [ask]] = bookBefore(text)
      return tradesIn(decode(text, byStream, NOW)).map(({ side, price }) => [
        side,
        Number(price) >= Number(ask.px),
        Number(price) <= Number(bid.px)
      ])
    })
    expect(at).toEqual([
      ['buy', true, false],
      ['buy', true, false]
    ])
  })

  test('print in the snapshot at a subscription buys at 105056 or higher, and sells at 105055 or lower', () => {
    const trades = tradesIn(decode(tradeFrames[0]!, byStream, NOW))
    expect(trades).toHaveLength(30)
    for (const { side, price } of trades) expect(side === 'buy').toBe(Number(price) >= 105_056)
    expect(new Set(trades.map(({ side }) => side)).size).toBe(2)
  })
})
