import { describe, expect, test } from '@jest/globals'
import { kraken } from '../../src/exchange/kraken/kraken.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { describeRecorded, recordedLines, stepsOf, tradesIn } from '../support/recorded-venues.ts'

const NOW = epochMs(Date.parse('2026-07-07T23:00:06Z'))
const BTC = parseInstrument('kraken:BTC/USD')
const ETH = parseInstrument('kraken:ETH/USD')
const byStream = new Map([BTC, ETH].map(of => [kraken.tradeStream(of), of]))
const STREAM = 'trade BTC/USD'
const decode = (text: string) => kraken.decode(text, byStream, NOW)

const TIME = '2026-07-07T23:00:05.562702Z'
const TRADE = {
  symbol: 'BTC/USD',
  side: 'sell',
  price: 63501.6,
  qty: 0.0292227,
  ord_type: 'limit',
  trade_id: 103_436_770,
  timestamp: TIME
}
const message = (...data: readonly unknown[]): string => JSON.stringify({ channel: 'trade', type: 'update', data })
const tradeWith = (more: object): string => message({ ...TRADE, ...more })
const tradeWithout = (name: string): string =>
  message(Object.fromEntries(Object.entries(TRADE).filter(([key]) => key !== name)))

describe('a message of trades', () => {
  test('gives them in our words', () => {
    expect(decode(message(TRADE))).toEqual([
      {
        kind: 'trade',
        time: Date.parse('2026-07-07T23:00:05.562Z'),
        trade: {
          exchange: 'kraken',
          symbol: 'BTC/USD',
          id: '103436770',
          price: '63501.6',
          quantity: '0.0292227',
          time: Date.parse('2026-07-07T23:00:05.562Z'),
          receivedAt: NOW,
          side: 'sell',
          via: 'stream'
        }
      }
    ])
  })

  test('keeps the digits that were sent, which a double would not', () => {
    const text = message(TRADE).replace('63501.6', '1234567890123.12345678').replace('0.0292227', '1e-8')
    expect(tradesIn(decode(text))).toMatchObject([{ price: '1234567890123.12345678', quantity: '0.00000001' }])
  })

  test('may tell of several symbols, all of the time of the newest', () => {
    const later = '2026-07-07T23:00:05.563001Z'
    const events = decode(message(TRADE, { ...TRADE, symbol: 'ETH/USD', trade_id: 7, timestamp: later }))
    expect(events).toMatchObject([
      { kind: 'trade', time: Date.parse(later), trade: { symbol: 'BTC/USD', id: '103436770' } },
      { kind: 'trade', time: Date.parse(later), trade: { symbol: 'ETH/USD', id: '7' } }
    ])
  })

  test('that is a snapshot says nothing of the present', () => {
    expect(decode(message(TRADE).replace('update', 'snapshot'))).toMatchObject([{ kind: 'trade', time: null }])
  })

  test('of which one cannot be read gives the others', () => {
    expect(decode(message(TRADE, { ...TRADE, price: 0 }, { ...TRADE, trade_id: 103_436_772 }))).toMatchObject([
      { kind: 'trade', trade: { id: '103436770' } },
      { kind: 'unreadable', reason: 'undecodable', stream: STREAM },
      { kind: 'trade', trade: { id: '103436772' } }
    ])
  })
})

const TIME_IN = '2026-07-07T23:00:03.515033Z'

describe('an answer', () => {
  test('confirms one stream, and tells the time', () => {
    const text = `{"method":"subscribe","result":{"channel":"trade","snapshot":false,"symbol":"BTC/USD"},"success":true,"time_in":"${TIME_IN}","time_out":"${TIME_IN}","req_id":4}`
    expect(decode(text)).toEqual([{ kind: 'reply', id: 4, error: null, streams: [STREAM], time: Date.parse(TIME_IN) }])
  })

  test('refuses the streams of one symbol', () => {
    const text = `{"error":"Currency pair not supported ETH/USD","method":"subscribe","success":false,"symbol":"ETH/USD","time_in":"${TIME_IN}"}`
    expect(decode(text)).toEqual([
      {
        kind: 'reply',
        id: null,
        error: 'Currency pair not supported ETH/USD',
        streams: ['trade ETH/USD'],
        time: Date.parse(TIME_IN)
      }
    ])
  })

  test('refuses the whole request where it names no symbol', () => {
    const [reply] = decode('{"error":"Exceeded msg rate","method":"subscribe","success":false,"req_id":2}')
    expect(reply).toEqual({ kind: 'reply', id: 2, error: 'Exceeded msg rate' })
    expect(decode('{"error":"Malformed request","success":false}')).toEqual([
      { kind: 'reply', id: null, error: 'Malformed request' }
    ])
  })

  test('to a ping says that the connection lives, and the time', () => {
    expect(decode(`{"method":"pong","time_in":"${TIME_IN}","time_out":"${TIME_IN}"}`)).toEqual([
      { kind: 'alive', time: Date.parse(TIME_IN) }
    ])
  })
})

test.each(['{"channel":"heartbeat"}', '{"channel":"status","type":"update","data":[{"system":"online"}]}'])(
  'the connection lives: %s',
  text => {
    expect(decode(text)).toEqual([{ kind: 'alive' }])
  }
)

test('streams are subscribed by channel and symbol, without a snapshot', () => {
  const [text, ...others] = kraken.subscribe(['trade BTC/USD', 'trade AAPLx/USD'], 3)
  expect(others).toEqual([])
  expect(JSON.parse(text!)).toEqual({
    method: 'subscribe',
    params: { channel: 'trade', symbol: ['BTC/USD', 'AAPLx/USD'], snapshot: false },
    req_id: 3
  })
  expect(kraken.socketPath()).toBe('/v2')
  expect(kraken.keepAlive.message).toBe('{"method":"ping"}')
})

const UNREADABLE: Readonly<Record<string, string>> = {
  truncated: message(TRADE).slice(0, 90),
  'price NaN': tradeWith({ price: 'NaN' }),
  'price negative': tradeWith({ price: -1 }),
  'price zero': tradeWith({ price: 0 }),
  'price null': tradeWith({ price: null }),
  'price beyond numbers': message(TRADE).replace('63501.6', '1e309'),
  'price no number': message(TRADE).replace('63501.6', '1.2.3'),
  'price missing': tradeWithout('price'),
  'quantity negative': tradeWith({ qty: -0.5 }),
  'quantity missing': tradeWithout('qty'),
  'id with a fraction': tradeWith({ trade_id: 1.5 }),
  'id negative': tradeWith({ trade_id: -1 }),
  'id beyond exact numbers': tradeWith({ trade_id: 2 ** 53 }),
  'id missing': tradeWithout('trade_id'),
  'time text': tradeWith({ timestamp: 'yesterday' }),
  'time of no day': tradeWith({ timestamp: '2026-02-31T00:00:00.000000Z' }),
  'time a number': tradeWith({ timestamp: NOW }),
  'time more than a day ahead': tradeWith({ timestamp: '2026-07-09T00:00:00.000000Z' }),
  'time missing': tradeWithout('timestamp'),
  'side of neither': tradeWith({ side: 'both' }),
  'side missing': tradeWithout('side'),
  'symbol that nobody subscribed': tradeWith({ symbol: 'SOL/USD' }),
  'symbol missing': tradeWithout('symbol'),
  'symbol an object': tradeWith({ symbol: { toString: 'x' } }),
  'data null': JSON.stringify({ channel: 'trade', data: null }),
  'data an object': JSON.stringify({ channel: 'trade', data: TRADE }),
  'data missing': JSON.stringify({ channel: 'trade' }),
  'a trade that is text': message('trade'),
  'another channel': JSON.stringify({ channel: 'book', type: 'update', data: [TRADE] }),
  'another method': JSON.stringify({ method: 'add_order', success: true }),
  'a reply without a result': JSON.stringify({ method: 'subscribe', success: true }),
  'a reply of no time': JSON.stringify({ method: 'pong', time_in: 'now' }),
  'an array': JSON.stringify([1, 'trade', 2]),
  'a number': '17',
  null: 'null',
  text: 'trade? 17',
  empty: '',
  polluted: `{"__proto__":{"channel":"trade","data":[${JSON.stringify(TRADE)}]}}`,
  'binary as text': Buffer.from([0, 255, 254, 7, 123, 125]).toString('utf8'),
  huge: message({ note: 'x'.repeat(5 * 1024 * 1024) })
}

test('a time more than a day ahead is told from what cannot be read: this machine may be what is wrong', () => {
  expect(decode(tradeWith({ timestamp: '2026-07-09T00:00:00.000000Z' }))).toMatchObject([{ reason: 'future-time' }])
})

describe('what is no market data is unreadable, with the reason', () => {
  test.each(Object.entries(UNREADABLE))('%s', (_, text) => {
    expect(decode(text)).toMatchObject([
      { kind: 'unreadable', reason: expect.stringMatching(/^[a-z_-]+$/), detail: expect.stringMatching(/./) }
    ])
  })
})

describeRecorded('the recorded frames of the socket (left out where they are not at hand)', () => {
  const lines = recordedLines('kraken/ws_v2_trade_book10_first900lines_20260707.ndjson.gz')
  const ours = lines.filter(line => !line.includes('"book"'))

  test('are decoded whole', () => {
    const events = ours.flatMap(decode)
    expect(events.filter(({ kind }) => kind === 'unreadable')).toEqual([])
    expect(events.filter(({ kind }) => kind === 'alive')).toHaveLength(7)
    expect(events.filter(({ kind }) => kind === 'reply')).toEqual([
      { kind: 'reply', id: null, error: null, streams: [STREAM], time: Date.parse(TIME_IN) },
      { kind: 'reply', id: null, error: null, streams: ['trade ETH/USD'], time: Date.parse(TIME_IN) }
    ])
  })

  test('have every trade that was sent, under consecutive ids', () => {
    const trades = tradesIn(lines.flatMap(decode))
    const sent =
      lines
        .filter(line => line.includes('"channel":"trade"'))
        .join('')
        .match(/"trade_id":/g) ?? []
    expect(trades).toHaveLength(sent.length)
    for (const { symbol } of [BTC, ETH]) {
      const own = trades.filter(trade => trade.symbol === symbol)
      expect(own.length).toBeGreaterThan(1)
      expect(new Set(stepsOf(own))).toEqual(new Set([1]))
    }
  })
})
