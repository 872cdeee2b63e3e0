import { describe, expect, test } from '@jest/globals'
import { coinbase } from '../../src/exchange/coinbase/coinbase.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { describeRecorded, recordedLines, stepsOf, tradesIn } from '../support/recorded-venues.ts'

const NOW = epochMs(Date.parse('2026-07-07T22:59:00Z'))
const BTC = parseInstrument('coinbaseexchange:BTC/USD')
const ETH = parseInstrument('coinbaseexchange:ETH/USD')
const byStream = new Map([BTC, ETH].map(of => [coinbase.tradeStream(of), of]))
const STREAM = 'matches BTC-USD'
const decode = (text: string) => coinbase.decode(text, byStream, NOW)

const MATCH = {
  type: 'match',
  trade_id: 1_052_119_289,
  maker_order_id: '15bc13f2-e38c-4693-8c0b-e8c6152b9c1d',
  taker_order_id: '13d7d08f-7396-421b-9dba-94eac92f3d78',
  side: 'sell',
  size: '0.2',
  price: '63514.60',
  product_id: 'BTC-USD',
  sequence: 132_235_026_010,
  time: '2026-07-07T22:58:17.164892Z'
}
const AT = Date.parse('2026-07-07T22:58:17.164Z')
const HEARTBEAT = {
  type: 'heartbeat',
  last_trade_id: 1_052_119_293,
  product_id: 'BTC-USD',
  sequence: 132_235_026_653,
  time: '2026-07-07T22:58:18.000001Z'
}
const matchWith = (more: object): string => JSON.stringify({ ...MATCH, ...more })
const matchWithout = (name: string): string =>
  JSON.stringify(Object.fromEntries(Object.entries(MATCH).filter(([key]) => key !== name)))
const beatWith = (more: object): string => JSON.stringify({ ...HEARTBEAT, ...more })

describe('a match', () => {
  test('is a trade in our words, on the side of the taker: the order in the book wanted to sell', () => {
    expect(decode(matchWith({}))).toEqual([
      {
        kind: 'trade',
        time: AT,
        trade: {
          exchange: 'coinbaseexchange',
          symbol: 'BTC/USD',
          id: '1052119289',
          price: '63514.6',
          quantity: '0.2',
          time: AT,
          receivedAt: NOW,
          side: 'buy',
          via: 'stream'
        }
      }
    ])
    expect(tradesIn(decode(matchWith({ side: 'buy' })))).toMatchObject([{ side: 'sell' }])
  })

  test('from before the subscription says nothing of the present', () => {
    expect(decode(matchWith({ type: 'last_match' }))).toMatchObject([
      { kind: 'trade', time: null, trade: { id: '1052119289', time: AT } }
    ])
  })
})

describe('a heartbeat', () => {
  test('names the newest trade, and the time', () => {
    expect(decode(beatWith({}))).toEqual([
      { kind: 'newest', instrument: BTC, lastId: '1052119293', time: Date.parse('2026-07-07T22:58:18Z') }
    ])
  })

  test('counts where it alone was subscribed to, as what says when candles are due', () => {
    const alone = new Map([[coinbase.klines.stream(BTC), BTC]])
    expect(coinbase.decode(beatWith({}), alone, NOW)).toMatchObject([{ kind: 'newest', instrument: BTC }])
    expect(coinbase.decode(matchWith({}), alone, NOW)).toMatchObject([{ kind: 'unreadable' }])
    expect(coinbase.subscribe(['heartbeat BTC-USD', 'matches ETH-USD'])).toEqual([
      '{"type":"subscribe","product_ids":["BTC-USD"],"channels":["heartbeat"]}',
      '{"type":"subscribe","product_ids":["ETH-USD"],"channels":["matches","heartbeat"]}'
    ])
  })

  test('of a product that was never traded says that the connection lives', () => {
    expect(decode(beatWith({ last_trade_id: 0 }))).toEqual([
      { kind: 'alive', time: Date.parse('2026-07-07T22:58:18Z') }
    ])
  })
})

describe('an answer', () => {
  test('confirms all that is subscribed by now', () => {
    const channels = [
      { name: 'heartbeat', product_ids: ['BTC-USD', 'ETH-USD', 'SOL-USD'], account_ids: null },
      { name: 'matches', product_ids: ['BTC-USD', 'ETH-USD'], account_ids: null }
    ]
    expect(decode(JSON.stringify({ type: 'subscriptions', channels }))).toEqual([
      {
        kind: 'reply',
        id: null,
        error: null,
        streams: ['heartbeat BTC-USD', 'heartbeat ETH-USD', 'heartbeat SOL-USD', STREAM, 'matches ETH-USD']
      }
    ])
    expect(decode('{"type":"subscriptions","channels":[]}')).toMatchObject([{ kind: 'reply', streams: [] }])
  })

  test('refuses without saying what was asked', () => {
    const text = '{"type":"error","message":"Failed to subscribe","reason":"XYZ-USD is not a valid product"}'
    expect(decode(text)).toEqual([
      { kind: 'reply', id: null, error: 'Failed to subscribe: XYZ-USD is not a valid product' }
    ])
    expect(decode('{"type":"error","message":"Malformed JSON"}')).toMatchObject([{ error: 'Malformed JSON' }])
  })
})

test('matches are subscribed with the heartbeats that tell of the newest', () => {
  const [text, ...others] = coinbase.subscribe(['matches BTC-USD', 'matches ETH-USD'])
  expect(others).toEqual([])
  expect(JSON.parse(text!)).toEqual({
    type: 'subscribe',
    product_ids: ['BTC-USD', 'ETH-USD'],
    channels: ['matches', 'heartbeat']
  })
  expect(coinbase.socketPath()).toBe('/')
})

const UNREADABLE: Readonly<Record<string, string>> = {
  truncated: matchWith({}).slice(0, 90),
  'price NaN': matchWith({ price: 'NaN' }),
  'price negative': matchWith({ price: '-1' }),
  'price zero': matchWith({ price: '0.00' }),
  'price a number': matchWith({ price: 63514.6 }),
  'price missing': matchWithout('price'),
  'size text': matchWith({ size: 'a lot' }),
  'size missing': matchWithout('size'),
  'id text': matchWith({ trade_id: '1052119289' }),
  'id with a fraction': matchWith({ trade_id: 1.5 }),
  'id beyond exact numbers': matchWith({ trade_id: 2 ** 53 }),
  'id missing': matchWithout('trade_id'),
  'time text': matchWith({ time: 'yesterday' }),
  'time a number': matchWith({ time: AT }),
  'time more than a day ahead': matchWith({ time: '2026-07-09T00:00:00.000000Z' }),
  'time missing': matchWithout('time'),
  'side of neither': matchWith({ side: 'both' }),
  'side missing': matchWithout('side'),
  'product that nobody subscribed': matchWith({ product_id: 'SOL-USD' }),
  'product missing': matchWithout('product_id'),
  'product an object': matchWith({ product_id: { toString: 'x' } }),
  'heartbeat without a trade': beatWith({ last_trade_id: null }),
  'heartbeat without a time': beatWith({ time: undefined }),
  'heartbeat of another product': beatWith({ product_id: 'SOL-USD' }),
  'subscriptions to nothing known': '{"type":"subscriptions"}',
  'another type': matchWith({ type: 'l2update' }),
  'no type': matchWithout('type'),
  'an array': JSON.stringify([1, 'match', 2]),
  'a number': '17',
  null: 'null',
  text: 'match? 17',
  empty: '',
  polluted: `{"__proto__":${JSON.stringify(MATCH)}}`,
  'binary as text': Buffer.from([0, 255, 254, 7, 123, 125]).toString('utf8'),
  huge: matchWith({ trade_id: 'x'.repeat(5 * 1024 * 1024) })
}

test('a time more than a day ahead is told from what cannot be read: this machine may be what is wrong', () => {
  expect(decode(matchWith({ time: '2026-07-09T00:00:00.000000Z' }))).toMatchObject([{ reason: 'future-time' }])
})

describe('what is no market data is unreadable, with the reason', () => {
  test.each(Object.entries(UNREADABLE))('%s', (_, text) => {
    expect(decode(text)).toMatchObject([
      { kind: 'unreadable', reason: expect.stringMatching(/^[a-z_-]+$/), detail: expect.stringMatching(/./) }
    ])
  })

  test('it names the stream where the message does', () => {
    expect(decode(matchWith({ price: 'NaN' }))).toMatchObject([{ stream: STREAM }])
    expect(decode('match?')).toMatchObject([{ stream: '' }])
  })
})

/** The best bid and ask of each product as the recorded changes leave them. */
const createTops = () => {
  const books = new Map<string, { readonly buy: Map<string, number>; readonly sell: Map<string, number> }>()
  const bookOf = (product: string) => {
    const book = books.get(product) ?? { buy: new Map<string, number>(), sell: new Map<string, number>() }
    books.set(product, book)
    return book
  }
  const put = (product: string, side: 'buy' | 'sell', price: string, size: number): void => {
    if (size > 0) bookOf(product)[side].set(price, Number(price))
    else bookOf(product)[side].delete(price)
  }
  return {
    apply: (line: string): void => {
      const { product_id, bids, asks, changes } = JSON.parse(line)
      for (const [price, size] of bids ?? []) put(product_id, 'buy', price, Number(size))
      for (const [price, size] of asks ?? []) put(product_id, 'sell', price, Number(size))
      for (const [side, price, size] of changes ?? []) put(product_id, side, price, Number(size))
    },
    of: (product: string) => {
      const { buy, sell } = bookOf(product)
      return { bid: Math.max(...buy.values()), ask: Math.min(...sell.values()) }
    }
  }
}

describeRecorded('the recorded frames of the feed (left out where they are not at hand)', () => {
  const lines = recordedLines('coinbase/exchange_matches_level2_heartbeat_first700lines_20260707.ndjson.gz')
  const isBook = (line: string): boolean => /^\{"type":"(?:snapshot|l2update)"/.test(line)
  const events = lines.filter(line => !isBook(line)).flatMap(decode)

  test('are decoded whole', () => {
    expect(events.filter(({ kind }) => kind === 'unreadable')).toEqual([])
    expect(events.filter(({ kind }) => kind === 'reply')).toMatchObject([
      { error: null, streams: expect.arrayContaining([STREAM, 'matches ETH-USD', 'heartbeat BTC-USD']) }
    ])
    expect(events.filter(({ kind }) => kind === 'newest')).toHaveLength(32)
  })

  test('have every trade that was sent, under consecutive ids that the heartbeats confirm', () => {
    expect(tradesIn(events)).toHaveLength(135)
    for (const { symbol } of [BTC, ETH]) {
      const own = tradesIn(events).filter(trade => trade.symbol === symbol)
      expect(new Set(stepsOf(own))).toEqual(new Set([1]))
    }
    const seen = new Map<string, string>()
    for (const event of events) {
      if (event.kind === 'trade') seen.set(event.trade.symbol, event.trade.id)
      if (event.kind === 'newest') expect(event.lastId).toBe(seen.get(event.instrument.symbol))
    }
  })

  test('print where the taker crossed to: a buyer nearer the ask, a seller nearer the bid', () => {
    const tops = createTops()
    const nearerSide = (product: string, price: number): string => {
      const { bid, ask } = tops.of(product)
      return Math.abs(price - ask) < Math.abs(price - bid) ? 'buy' : 'sell'
    }
    const agreeing = lines.flatMap(line => {
      if (isBook(line)) tops.apply(line)
      return tradesIn(isBook(line) ? [] : decode(line)).map(
        ({ symbol, price, side }) => nearerSide(symbol.replace('/', '-'), Number(price)) === side
      )
    })
    expect(agreeing).toHaveLength(135)
    expect(agreeing.filter(Boolean).length).toBeGreaterThan(0.95 * agreeing.length)
  })
})
