import { describe, expect, test } from '@jest/globals'
import type { ExchangeEvent } from '../../src/exchange/exchange.ts'
import { checksumText } from '../../src/exchange/kraken/book-checksum.ts'
import { crc32 } from '../../src/exchange/kraken/crc32.ts'
import { kraken } from '../../src/exchange/kraken/kraken.ts'
import { createShallowBook, type OrderBook } from '../../src/ingest/quotes/book/order-book.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { describeRecorded, recordedLines } from '../support/recorded-venues.ts'

const NOW = epochMs(Date.parse('2026-07-07T23:00:30Z'))
const instruments = ['kraken:BTC/USD', 'kraken:ETH/USD'].map(parseInstrument)
const { book } = kraken
const byStream = new Map(instruments.map(of => [book.stream(of), of]))
type BookEvent = Extract<ExchangeEvent, { kind: 'book' }>
const decode = (text: string): readonly ExchangeEvent[] => kraken.decode(text, byStream, NOW)

/** BTC/USD, 2026-07-07 23:00:03.947 UTC. */
const EXAMPLE = {
  text: '6350191000006350207331163502119460656350226514381635040510063504747474367635048787342306350517869986350597873289463506478388363501663889204635009510063499078741286634980130271205634977510063497015000634964270440826349638189182863495827130136349525990000',
  checksum: 423_379_305
}

const BOOK = {
  symbol: 'BTC/USD',
  bids: [{ price: 63_501.6, qty: 0.63889204 }],
  asks: [{ price: 63_501.9, qty: 0.002 }],
  checksum: 1_007_031_556,
  timestamp: '2026-07-07T23:00:04.031158Z'
}
const message = (more: object, type = 'update'): string =>
  JSON.stringify({ channel: 'book', type, data: [{ ...BOOK, ...more }] })

describe('a message of an order book', () => {
  test('is a snapshot or a change, with the checksum and the decimals that it is computed of', () => {
    const time = Date.parse('2026-07-07T23:00:04.031Z')
    expect(decode(message({}, 'snapshot').replace('0.002', '0.00200000'))).toEqual([
      {
        kind: 'book',
        instrument: instruments[0],
        isSnapshot: true,
        firstId: time,
        lastId: time,
        time,
        bids: [['63501.6', '0.63889204']],
        asks: [['63501.9', '0.002']],
        checksum: { value: 1_007_031_556, priceDecimals: 1, quantityDecimals: 8 }
      }
    ])
    expect(decode(message({ bids: [] }))).toMatchObject([{ isSnapshot: false, bids: [] }])
  })

  test.each([
    ['without levels', { bids: [], asks: [] }],
    ['whose bids are no list', { bids: {} }],
    ['with a level that is none', { asks: [7] }],
    ['with a price of 0', { asks: [{ price: 0, qty: 1 }] }],
    ['with a negative quantity', { asks: [{ price: 1, qty: -1 }] }],
    ['without a checksum', { checksum: undefined }],
    ['without a time', { timestamp: undefined }],
    ['of a symbol that nobody subscribed', { symbol: 'SOL/USD' }]
  ])('%s is unreadable', (_, more) => {
    expect(decode(message(more))).toMatchObject([{ kind: 'unreadable' }])
  })

  test('is asked for with a snapshot, and again by leaving and coming back', () => {
    const [text] = kraken.subscribe(['book BTC/USD'], 1)
    expect(JSON.parse(text!)).toEqual({
      method: 'subscribe',
      params: { channel: 'book', symbol: ['BTC/USD'], depth: 10, snapshot: true },
      req_id: 1
    })
    expect(book.renew(instruments[0]!)).toEqual([
      '{"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}}',
      '{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10,"snapshot":true}}'
    ])
    expect(decode('{"method":"unsubscribe","success":true,"time_in":"2026-07-07T23:00:04.031158Z"}')).toMatchObject([
      { kind: 'alive' }
    ])
  })
})

test('a checksum is of the digits without points, and without zeros before them', () => {
  const levels = { asks: [['63502', '0.002']], bids: [['0.0405', '12']] } as const
  const checksum = { value: 0, priceDecimals: 4, quantityDecimals: 8 }
  expect(checksumText(levels, checksum)).toBe('6350200002000004051200000000')
  expect(crc32('123456789')).toBe(0xcb_f4_39_26)
})

describeRecorded('the recorded books (left out where they are not at hand)', () => {
  const lines = recordedLines('kraken/ws_v2_trade_book10_first900lines_20260707.ndjson.gz')
  const isBook = (event: ExchangeEvent): event is BookEvent => event.kind === 'book'
  const events = lines.filter(line => line.startsWith('{"channel":"book"')).flatMap(line => decode(line).filter(isBook))

  /** How many of the changes agree with their checksum; `spoil` changes the book before they are checked. */
  const agreeing = (spoil: (event: BookEvent, at: number) => BookEvent): number => {
    const books = new Map<string, OrderBook>()
    return events.filter((event, at) => {
      const known = books.get(event.instrument.symbol)
      const followed = event.isSnapshot || !known ? createShallowBook(event, book.depth) : known
      books.set(event.instrument.symbol, followed)
      expect(followed.apply(spoil(event, at))).toBe('applied')
      return book.isIntact(followed.top(book.depth), event.checksum)
    }).length
  }

  test('agree with every checksum', () => {
    expect(events).toHaveLength(885)
    expect(agreeing(event => event)).toBe(885)
  })

  test('do not where one quantity is another', () => {
    const spoil = (event: BookEvent, at: number): BookEvent =>
      at === 0 ? { ...event, bids: event.bids.map(([price], i) => [price, i === 0 ? '1' : event.bids[i]![1]]) } : event
    expect(agreeing(spoil)).toBeLessThan(885)
  })

  test('begin with the worked example', () => {
    const [snapshot] = events
    expect(checksumText(snapshot!, snapshot!.checksum)).toBe(EXAMPLE.text)
    expect(snapshot!.checksum.value).toBe(EXAMPLE.checksum)
  })
})

test('the worked example agrees', () => {
  expect(crc32(EXAMPLE.text)).toBe(EXAMPLE.checksum)
})
