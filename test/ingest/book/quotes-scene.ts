import { encodeDepthUpdate } from '../../../src/exchange/binance/stream/encode.ts'
import type { RestAnswer } from '../../../src/exchange/rest-interface.ts'
import type { IngestOptions } from '../../../src/ingest/start-ingest.ts'
import type { FetchJson } from '../../../src/ingest/transport/fetch-json.ts'
import { parseInstrument } from '../../../src/market/instrument.ts'
import type { BookLevel, BookTop } from '../../../src/market/records/feed/book.ts'
import type { Ticker } from '../../../src/market/records/feed/ticker.ts'
import type { Topic } from '../../../src/stream/topic.ts'
import { rawBooks, rawTickers } from '../../../src/topics.ts'
import { DAY } from '../../support/market.ts'
import { answer } from '../fake-exchange.ts'
import { createWorld, openScene } from '../scene.ts'

type Levels = readonly BookLevel[]
type Change = { readonly bids?: Levels; readonly asks?: Levels }

/** An order book at the exchange. What happens to it is told by frames that a test sends when it likes. */
const createExchangeBook = (native: string, now: () => number) => {
  const bids = new Map<string, string>([['100', '1']])
  const asks = new Map<string, string>([['101', '1']])
  let id = 1_000
  const told = new Map<number, ReturnType<typeof top>>()
  const put = (side: Map<string, string>, levels: Levels): void => {
    for (const [price, quantity] of levels) quantity === '0' ? side.delete(price) : side.set(price, quantity)
  }
  const ranked = (side: Map<string, string>, sign: 1 | -1): Levels =>
    [...side].sort(([a], [b]) => sign * (Number(a) - Number(b)))
  const top = () => ({ bids: ranked(bids, -1).slice(0, 10), asks: ranked(asks, 1).slice(0, 10) })
  const remember = (): void => void told.set(id, top())
  remember()
  return {
    /** The best levels after an update. */
    topAt: (lastId: string) => told.get(Number(lastId)),
    /** Changes the book by two updates; gives the frame that tells of them. */
    change: ({ bids: newBids = [], asks: newAsks = [] }: Change): string => {
      put(bids, newBids)
      put(asks, newAsks)
      const fromId = id + 1
      id += 2
      remember()
      const data = encodeDepthUpdate(native, { fromId, toId: id, bids: newBids, asks: newAsks }, now())
      return `{"stream":"${native.toLowerCase()}@depth@100ms","data":${data}}`
    },
    snapshot: () => ({ lastUpdateId: id, bids: ranked(bids, -1), asks: ranked(asks, 1) })
  }
}

/** Running ingest of the quotes of BTC/USDT and ETH/USDT, whose books begin at 100 to 101. */
export const openQuotesScene = async (more: Partial<IngestOptions> = {}) => {
  const world = createWorld()
  const { clock, exchange } = world
  const books = {
    BTCUSDT: createExchangeBook('BTCUSDT', clock.now),
    ETHUSDT: createExchangeBook('ETHUSDT', clock.now)
  }
  const rest: { answers: (RestAnswer | null)[]; readonly asked: { readonly native: string; readonly atMs: number }[] } =
    {
      answers: [],
      asked: []
    }
  const fetchJson: FetchJson = async (url, signal) => {
    if (url.includes('/klines?')) return answer(200, [])
    if (!url.includes('/depth?')) return exchange.fetchJson(url, signal)
    const native = new URL(url).searchParams.get('symbol') ?? ''
    rest.asked.push({ native, atMs: clock.monotonicMs() })
    await clock.sleep(20, signal)
    const refusal = rest.answers.shift()
    if (refusal) return refusal
    return answer(200, books[native === 'ETHUSDT' ? 'ETHUSDT' : 'BTCUSDT'].snapshot())
  }
  const scene = openScene(
    {
      instruments: ['binance:BTC/USDT', 'binance:ETH/USDT'].map(parseInstrument),
      quotes: true,
      fetchJson,
      ...more
    },
    world
  )
  const peers = () => exchange.peers.filter(({ url }) => url.includes('@depth'))
  /** Ends the links of the quotes alone. */
  const cut = (): void => {
    for (const peer of peers()) {
      exchange.peers.splice(exchange.peers.indexOf(peer), 1)
      peer.events.onClose(1006, '')
    }
  }
  const published = <T>({ name, codec }: Topic<T>, symbol: string): readonly T[] =>
    world.broker
      .log()
      .filter(({ topic, key }) => topic === name && key === `binance:${symbol}`)
      .flatMap(({ value }) => (value === null ? [] : [codec.decode(Buffer.from(value))]))
  await clock.advance(0)
  return {
    ...scene,
    peers,
    cut,
    rest,
    market: books,
    /** Sends frames over all links of the quotes, or over one. */
    send: (...frames: readonly string[]): void => {
      for (const text of frames) for (const peer of peers()) peer.events.onFrame(Buffer.from(text), false)
    },
    books: (symbol = 'BTC/USDT'): readonly BookTop[] => published(rawBooks, symbol),
    tickers: (symbol = 'BTC/USDT'): readonly Ticker[] => published(rawTickers, symbol)
  }
}

export type QuotesScene = Awaited<ReturnType<typeof openQuotesScene>>

/** A scene whose books are whole and published once, 1.1 s ago. */
export const openWholeScene = async (): Promise<QuotesScene> => {
  const scene = await openQuotesScene()
  for (const book of [scene.market.BTCUSDT, scene.market.ETHUSDT]) scene.send(book.change({ bids: [['99', '5']] }))
  await scene.clock.advance(100)
  await scene.clock.advance(1_000)
  return scene
}

/** A frame of the ticker of BTC/USDT, made `atMs` after the beginning. */
export const tickerFrame = (atMs: number, more: object = {}): string =>
  JSON.stringify({
    stream: 'btcusdt@ticker',
    data: {
      e: '24hrTicker',
      E: DAY + atMs,
      s: 'BTCUSDT',
      c: '100.50000000',
      o: '90.00000000',
      h: '110.00000000',
      l: '80.00000000',
      b: '100.00000000',
      a: '101.00000000',
      v: '12.00000000',
      q: '1200.00000000',
      n: 7,
      ...more
    }
  })
