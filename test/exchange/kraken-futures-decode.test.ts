import { describe, expect, test } from '@jest/globals'
import { krakenFutures } from '../../src/exchange/krakenfutures/kraken-futures.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { brokenFields, foreignTexts } from '../support/broken-frames.ts'
import { describeRecorded, recordedLines, tradesIn } from '../support/recorded-venues.ts'

const TIME = 1_765_531_356_452
const NOW = epochMs(TIME + 100)
const BTC = parseInstrument('krakenfutures:BTC/USD:USD')
const { decode, tradeStream, subscribe, socketPath, keepAlive } = krakenFutures
const byStream = new Map([[tradeStream(BTC), BTC]])
const read = (message: unknown) => decode(JSON.stringify(message), byStream, NOW)

// The shape of the documentation's example, of a contract that is followed.
const TRADE = {
  feed: 'trade',
  product_id: 'PF_XBTUSD',
  uid: '05af78ac-a774-478c-a50c-8b9c234e071e',
  side: 'sell',
  type: 'fill',
  seq: 653_355,
  time: TIME,
  qty: 0.0113,
  price: 90_771
}
const snapshot = (...trades: readonly unknown[]) => ({ feed: 'trade_snapshot', product_id: 'PF_XBTUSD', trades })

describe('the socket of Kraken Futures', () => {
  test('takes products, and is kept by a request now and then', () => {
    expect(socketPath()).toBe('/ws/v1')
    expect(subscribe([tradeStream(BTC)])).toEqual(['{"event":"subscribe","feed":"trade","product_ids":["PF_XBTUSD"]}'])
    expect(keepAlive.message).toBe('{"event":"subscribe","feed":"heartbeat"}')
    expect(keepAlive.everyMs).toBeLessThan(60_000)
  })

  test.each([
    ['ETH/USD:USD', 'PF_ETHUSD'],
    ['AAPLx/USD:USD', 'PF_AAPLxUSD'],
    // Inverse, dated or spot: they get a name that nothing has.
    ['BTC/USD:BTC', 'PI_XBTUSD'],
    ['ETH/USD:ETH-211231', 'FI_ETHUSD_211231'],
    ['BTC/USD:USD-261225', 'BTC-USD:USD-261225'],
    ['BTC/USD', 'BTC-USD']
  ])('names %s as %s', (symbol, stream) => {
    expect(tradeStream(parseInstrument(`krakenfutures:${symbol}`))).toBe(stream)
  })

  test.each([
    [
      { event: 'subscribed', feed: 'trade', product_ids: ['PF_XBTUSD'] },
      { kind: 'reply', id: null, error: null, streams: ['PF_XBTUSD'] }
    ],
    [
      { event: 'error', message: 'Invalid product id' },
      { kind: 'reply', id: null, error: 'Invalid product id' }
    ],
    [
      { event: 'subscribed_failed', feed: 'trade', product_ids: ['PF_XBTUSD'] },
      { kind: 'reply', id: null, error: 'subscribed_failed', streams: ['PF_XBTUSD'] }
    ],
    [{ event: 'info', version: 1 }, { kind: 'alive' }],
    [{ event: 'subscribed', feed: 'heartbeat' }, { kind: 'alive' }],
    [{ event: 'alert', message: 'Already subscribed to feed, re-requesting' }, { kind: 'alive' }],
    [
      { feed: 'heartbeat', time: TIME },
      { kind: 'alive', time: TIME }
    ]
  ])('tells by %j', (message, event) => {
    expect(read(message)).toEqual([event])
  })
})

describe('a trade', () => {
  test('has a number that goes up by one beside its id', () => {
    expect(read(TRADE)).toEqual([
      {
        kind: 'trade',
        time: TIME,
        trade: {
          exchange: 'krakenfutures',
          symbol: 'BTC/USD:USD',
          id: '05af78ac-a774-478c-a50c-8b9c234e071e',
          sequence: '653355',
          price: '90771',
          quantity: '0.0113',
          time: TIME,
          receivedAt: NOW,
          side: 'sell',
          via: 'stream'
        }
      }
    ])
  })

  test.each([
    ['liquidation', ['liquidation']],
    ['block', ['block']],
    ['termination', undefined],
    [undefined, undefined]
  ])('of the type %s has the flags %j', (type, flags) => {
    expect(tradesIn(read({ ...TRADE, type }))[0]?.flags).toEqual(flags)
  })

  test.each(
    brokenFields(TRADE, ['uid', 'side', 'seq', 'time']).filter(
      // Both are texts that an id may be.
      ([what]) => what !== 'uid text below zero' && what !== 'uid NaN in words'
    )
  )('with %s is unreadable', (_, text) => {
    expect(decode(text, byStream, NOW)).toMatchObject([
      { kind: 'unreadable', reason: 'undecodable', stream: 'PF_XBTUSD' }
    ])
  })

  test.each([null, -1, '90771', {}, 0.1 + 0.2, 2 ** 60, undefined])(
    'with the price or quantity %j is unreadable: it is none, or a number cannot say it',
    value => {
      for (const name of ['price', 'qty'])
        expect(read({ ...TRADE, [name]: value })).toMatchObject([
          { kind: 'unreadable', detail: expect.stringMatching(new RegExp(`^${name}: `)) }
        ])
    }
  )

  test('of a time that nobody has reached is unreadable', () => {
    expect(read({ ...TRADE, time: TIME + 2 * 86_400_000 })).toMatchObject([
      { kind: 'unreadable', reason: 'future-time' }
    ])
  })
})

describe('a snapshot', () => {
  const older = { ...TRADE, seq: TRADE.seq - 1, uid: 'b' }

  test('gives its trades oldest first, and says nothing of the time', () => {
    const events = read(snapshot(TRADE, older))
    expect(tradesIn(events).map(({ sequence }) => sequence)).toEqual(['653354', '653355'])
    expect(events).toMatchObject([{ time: null }, { time: null }])
  })

  test('of which one cannot be read, or is of another product, gives the others', () => {
    const kinds = read(snapshot({ ...TRADE, price: 'NaN' }, older, null, { ...TRADE, product_id: 'PF_ETHUSD' }))
    expect(kinds.map(({ kind }) => kind)).toEqual(['unreadable', 'unreadable', 'trade', 'unreadable'])
  })
})

describe('anything else is unreadable', () => {
  test.each(Object.entries(foreignTexts(JSON.stringify(TRADE))))('%s', (_, text) => {
    expect(decode(text, byStream, NOW)).toMatchObject([{ kind: 'unreadable', detail: expect.stringMatching(/./) }])
  })

  test.each([
    [{ ...TRADE, product_id: 'PF_ETHUSD' }, 'unknown_stream'],
    [{ ...TRADE, product_id: 7 }, 'unknown_stream'],
    [snapshot(TRADE).trades, 'undecodable'],
    [{ ...snapshot(), trades: {} }, 'undecodable'],
    [{ feed: 'book', product_id: 'PF_XBTUSD' }, 'unknown_event'],
    [{ event: 'challenge' }, 'unknown_event'],
    [{ feed: 'heartbeat', time: 'now' }, 'undecodable']
  ])('%j', (message, reason) => {
    expect(read(message)).toMatchObject([{ kind: 'unreadable', reason }])
  })
})

describeRecorded('frames as they were recorded (skipped where ../shared/data is absent)', () => {
  test('have trades of consecutive numbers for each product, a snapshot first', () => {
    const frames = recordedLines('kraken/futures_ws_rest_first_half.jsonl.gz')
      .map(line => JSON.parse(line))
      .filter(({ t, data }) => t === 'recv' && /"feed":"trade(_snapshot)?"/.test(data) && !data.includes('"event"'))
    const products = [...new Set(frames.map(({ data }) => JSON.parse(data).product_id as string))]
    expect(products).toHaveLength(10)
    for (const product of products) {
      const [, base, ending] = /^[FP]I_(XBT|\w{3})USD_?(\d*)$/.exec(product)!
      const asset = base === 'XBT' ? 'BTC' : base!
      const symbol = `${asset}/USD:${asset}${ending ? `-${ending}` : ''}`
      const inverse = { exchange: 'krakenfutures', symbol, contractSize: '1' }
      const own = frames.filter(({ data }) => data.includes(product))
      const events = own.flatMap(({ data }) => decode(data, new Map([[product, inverse]]), NOW))
      expect(events.filter(({ kind }) => kind !== 'trade')).toEqual([])
      const trades = tradesIn(events)
      expect(trades.every(({ contracts, quoteQuantity }) => Number(contracts) > 0 && contracts === quoteQuantity)).toBe(
        true
      )
      for (const { price, quantity, quoteQuantity } of trades)
        expect(Number(price) * Number(quantity)).toBeCloseTo(Number(quoteQuantity), 6)
      const numbers = trades.map(({ sequence }) => Number(sequence))
      expect(numbers.length).toBeGreaterThanOrEqual(100)
      expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
    }
  })
})
