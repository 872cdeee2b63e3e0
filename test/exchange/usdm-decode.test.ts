import { describe, expect, test } from '@jest/globals'
import { binanceUsdm } from '../../src/exchange/binance/futures/usdm.ts'
import { createOrderBook } from '../../src/ingest/quotes/book/order-book.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { tickCodec } from '../../src/stream/codec/tick-codec.ts'
import { brokenFields, foreignTexts } from '../support/broken-frames.ts'
import { describeRecorded, recordedLines, stepsOf, tradesIn } from '../support/recorded-venues.ts'

const NOW = epochMs(1_787_590_800_000)
const BTC = parseInstrument('binanceusdm:BTC/USDT:USDT')
const { decode, book, tickerStream, tradeStream, klines, route, socketPath } = binanceUsdm
const TRADES = tradeStream(BTC)
const byStream = new Map([TRADES, book.stream(BTC), tickerStream(BTC), klines.stream(BTC)].map(name => [name, BTC]))
const read = (text: string, receivedAt = NOW) => decode(text, byStream, receivedAt)[0]!
const frame = (data: unknown, stream = TRADES): string => JSON.stringify({ stream, data })

// Recorded on 2026-08-24.
const TRADE = {
  e: 'aggTrade',
  E: 1_787_590_714_926,
  a: 3_424_922_645,
  s: 'BTCUSDT',
  p: '79089.20',
  q: '0.031',
  nq: '0.031',
  f: 8_012_229_753,
  l: 8_012_229_757,
  T: 1_787_590_714_773,
  m: true,
  st: 1
}
const DEPTH = {
  e: 'depthUpdate',
  E: 1_721_347_022_557,
  T: 1_721_347_022_553,
  s: 'BTCUSDT',
  U: 4_984_028_370_826,
  u: 4_984_028_373_334,
  pu: 4_984_028_370_730,
  b: [['1000.00', '569.567']],
  a: [['63944.00', '0.000']]
}

describe('the sockets of USD-M', () => {
  test('carry order books on one path, and all else on another', () => {
    expect([...byStream.keys()].map(stream => [stream, route(stream)])).toEqual([
      ['btcusdt@aggTrade', 'market'],
      ['btcusdt@depth@100ms', 'public'],
      ['btcusdt@ticker', 'market'],
      ['btcusdt@kline_1m', 'market']
    ])
    expect(route('btcusdt@bookTicker')).toBe('public')
    expect(socketPath(['btcusdt@aggTrade', 'ethusdt@aggTrade'], 'market')).toBe(
      '/market/stream?streams=btcusdt@aggTrade/ethusdt@aggTrade'
    )
  })

  test.each([
    ['BTC/USDT:USDT', 'btcusdt@aggTrade'],
    ['ETH/USDC:USDC', 'ethusdc@aggTrade'],
    ['BTC/USDT:USDT-261225', 'btcusdt_261225@aggTrade'],
    // None of this market's: they get a name that nothing has.
    ['BTC/USDT', 'btc-usdt@aggTrade'],
    ['BTC/USD:BTC', 'btc-usd:btc@aggTrade']
  ])('name %s as %s', (symbol, stream) => {
    expect(tradeStream(parseInstrument(`binanceusdm:${symbol}`))).toBe(stream)
  })
})

describe('an aggregate', () => {
  test('is a trade that says how many prints it holds', () => {
    const event = read(frame(TRADE))
    const trade = {
      exchange: 'binanceusdm',
      symbol: 'BTC/USDT:USDT',
      id: '3424922645',
      price: '79089.2',
      quantity: '0.031',
      time: 1_787_590_714_773,
      receivedAt: NOW,
      side: 'sell',
      via: 'stream',
      prints: 5
    }
    expect(event).toEqual({ kind: 'trade', trade, time: 1_787_590_714_926 })
    expect(tickCodec.decode(Buffer.from(JSON.stringify(trade)))).toEqual(trade)
    expect(read(frame({ ...TRADE, m: false }))).toMatchObject({ trade: { side: 'buy' } })
  })

  test('whose last print comes before its first is unreadable', () => {
    expect(read(frame({ ...TRADE, f: TRADE.l + 1 }))).toMatchObject({ kind: 'unreadable', stream: TRADES })
  })

  test.each(
    brokenFields(
      { stream: TRADES, data: TRADE },
      ['E', 'a', 's', 'p', 'q', 'f', 'l', 'T', 'm'].map(name => `data.${name}`)
    )
  )('with %s is unreadable', (_, text) => {
    expect(read(text)).toMatchObject({ kind: 'unreadable', reason: 'undecodable', stream: TRADES })
  })

  test.each(Object.entries(foreignTexts(frame(TRADE))))('in a message that is %s is unreadable', (_, text) => {
    expect(read(text)).toMatchObject({ kind: 'unreadable', detail: expect.stringMatching(/./) })
  })

  test('of spot is not one of these', () => {
    expect(read(frame({ ...TRADE, e: 'trade', t: 1 }))).toMatchObject({ kind: 'unreadable', reason: 'unknown_event' })
  })
})

describe('a change of the order book', () => {
  const depth = (data: unknown) => read(frame(data, book.stream(BTC)))

  test('tells all since the change that it names as the one before', () => {
    expect(depth(DEPTH)).toEqual({
      kind: 'depth',
      instrument: BTC,
      firstId: DEPTH.pu + 1,
      lastId: DEPTH.u,
      time: DEPTH.E,
      bids: [['1000', '569.567']],
      asks: [['63944', '0']]
    })
  })

  test('that comes before itself is unreadable', () => {
    expect(depth({ ...DEPTH, pu: DEPTH.U })).toMatchObject({
      kind: 'unreadable',
      detail: expect.stringMatching(/^pu: /)
    })
  })

  test.each(
    brokenFields(
      { stream: book.stream(BTC), data: DEPTH },
      ['E', 's', 'U', 'u', 'pu', 'b', 'a'].map(name => `data.${name}`)
    )
  )('with %s is unreadable', (_, text) => {
    expect(read(text)).toMatchObject({ kind: 'unreadable', reason: 'undecodable' })
  })
})

/** An aggregate, or a candle of the exchange. */
type Recorded = {
  readonly e?: string
  readonly E: number
  readonly f: number
  readonly l: number
  readonly k: { readonly L: number }
}

const aggregatesAndKlines = (): readonly Recorded[] =>
  recordedLines('binance-usdm/market_aggtrade_kline_btcusdt_20260824.jsonl')
    .map(line => JSON.parse(JSON.parse(line).payload))
    .filter(({ e }) => e !== undefined)

/** The recording has the events alone, without the names of their streams. */
const events = () =>
  aggregatesAndKlines().map(data => read(frame(data, data.e === 'kline' ? klines.stream(BTC) : TRADES)))

describeRecorded('recorded frames', () => {
  test('of aggregates have consecutive ids, though the prints in them have not', () => {
    const kinds = events().map(({ kind }) => kind)
    expect(kinds.filter(kind => kind !== 'trade' && kind !== 'kline')).toEqual([])
    const trades = tradesIn(events())
    expect(trades).toHaveLength(32)
    expect(new Set(stepsOf(trades))).toEqual(new Set([1]))
    expect(stepsOf(trades.toSpliced(7, 1)).filter(step => step !== 1)).toEqual([2])
    const numbers = aggregatesAndKlines().filter(({ e }) => e === 'aggTrade')
    const prints = trades.reduce((sum, trade) => sum + (trade.prints ?? 0), 0)
    expect(Number(numbers.at(-1)?.l) - Number(numbers[0]?.f) + 1).toBeGreaterThan(prints)
  })

  test("of aggregates hold as many prints as the exchange's own candle counts meanwhile", () => {
    const candles = events().flatMap(event => (event.kind === 'kline' ? [event] : []))
    const [from, to] = [candles[0]!, candles.at(-1)!]
    expect(from.kline.openTime).toBe(to.kline.openTime)
    const data = aggregatesAndKlines()
    const lastPrint = (time: number): number => data.find(({ e, E }) => e === 'kline' && E === time)!.k.L
    const between = data.filter(
      ({ e, f, l }) => e === 'aggTrade' && f > lastPrint(from.time) && l <= lastPrint(to.time)
    )
    const prints = between.reduce((sum, { f, l }) => sum + l - f + 1, 0)
    expect(prints).toBe(Number(to.kline.tradeCount) - Number(from.kline.tradeCount))
    expect(prints).toBeGreaterThan(0)
  })

  test('of a book follow each other, on from a snapshot', () => {
    const texts = recordedLines('binance-usdm/usdm_btcusdt_20240718.gz').map(line => line.slice(line.indexOf(' ') + 1))
    const snapshot = texts.find(text => text.startsWith('{"lastUpdateId"'))!
    const diffs = texts
      .filter(text => text.includes('"depthUpdate"'))
      .flatMap(text => {
        const event = read(text.replace('@depth@0ms', '@depth@100ms'))
        return event.kind === 'depth' ? [event] : []
      })
    expect(diffs.length).toBeGreaterThan(2_000)
    const outcomes = (all: typeof diffs): ReadonlySet<string> => {
      const following = createOrderBook(book.decodeSnapshot(JSON.parse(snapshot)), book.snapshotLevels)
      return new Set(all.map(diff => following.apply(diff)))
    }
    expect(outcomes(diffs)).toEqual(new Set(['old', 'applied']))
    expect(outcomes(diffs.toSpliced(1_000, 1))).toContain('broken')
  })
})
