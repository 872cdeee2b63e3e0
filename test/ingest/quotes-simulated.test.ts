import { expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import { startIngest } from '../../src/ingest/start-ingest.ts'
import { fetchJson } from '../../src/ingest/transport/fetch-json.ts'
import { openSocket } from '../../src/ingest/transport/open-socket.ts'
import type { Output } from '../../src/ingest/transport/output.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import type { BookTop } from '../../src/market/records/feed/book.ts'
import type { ExchangeKline } from '../../src/market/records/feed/exchange-kline.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import { parseFault } from '../../src/simulate/faults/fault.ts'
import { startSimulatedExchange } from '../../src/simulate/simulated-exchange.ts'
import type { Outgoing, Topic } from '../../src/stream/topic.ts'
import { exchangeKlines, rawBooks, rawTickers } from '../../src/topics.ts'
import { seededMarket } from '../simulate/open-exchange.ts'
import { eventually } from '../support/eventually.ts'

const silent = createLog('ingest', 'silent')

/** Follows a simulated market over real sockets until `enough` of what is published. */
const follow = async (fault: string, enough: (read: <T>(topic: Topic<T>) => readonly T[]) => boolean) => {
  const log: Outgoing[] = []
  const output: Output = {
    send: async records => void log.push(...records),
    close: async () => undefined,
    onRefused: () => undefined,
    trust: () => undefined,
    backlog: () => ({ records: 0, bytes: 0 })
  }
  const read = <T>({ name, codec }: Topic<T>): readonly T[] =>
    log.flatMap(({ topic, value }) => (topic === name && value !== null ? [codec.decode(Buffer.from(value))] : []))
  const exchange = await startSimulatedExchange({
    host: '127.0.0.1',
    port: 0,
    market: seededMarket({ rate: 20 }),
    startOn: 'subscribed',
    faults: [parseFault(fault)],
    clock: systemClock,
    log: silent
  })
  const ingest = startIngest({
    exchange: createBinance('sim'),
    instruments: ['sim:BTC/USDT', 'sim:ETH/USDT'].map(parseInstrument),
    wsUrl: exchange.ws,
    restUrl: exchange.rest,
    graceMs: 1_000,
    gapGiveUpMs: 43_200_000,
    heartbeatMs: 1_000,
    quotes: true,
    positions: [],
    openGaps: [],
    klinePositions: [],
    readPositions: async () => [],
    readPublished: async () => [],
    output,
    clock: systemClock,
    fetchJson,
    openSocket,
    log: silent,
    health: createHealth(),
    random: Math.random
  })
  try {
    await eventually(
      () => enough(read),
      () => log.length
    )
    return read
  } finally {
    ingest.stop()
    await exchange.close()
  }
}

const EVERY_MINUTE = 60_000

test('over real sockets, a cold start publishes the newest 1,000 klines of each symbol, without a gap', async () => {
  const of = (klines: readonly ExchangeKline[], symbol: string) => klines.filter(one => one.symbol === symbol)
  const symbols = ['BTC/USDT', 'ETH/USDT']
  const read = await follow('depthGap:every=1000000', topics =>
    symbols.every(symbol => of(topics(exchangeKlines), symbol).length >= 1_000)
  )
  for (const symbol of symbols) {
    const times = of(read(exchangeKlines), symbol).map(({ openTime }) => openTime)
    const [first = 0] = times
    expect(times).toEqual(times.map((_, n) => first + n * EVERY_MINUTE))
    expect(Date.now() - times.at(-1)!).toBeLessThan(4 * EVERY_MINUTE)
  }
})

const isProper = ({ bids, asks }: BookTop): boolean =>
  bids.length === 10 && asks.length === 10 && Number(bids[0]?.[0]) < Number(asks[0]?.[0])

test('over real sockets, books that miss a change are stale and then whole again, and others do not notice', async () => {
  const ofBtc = (books: readonly BookTop[]): readonly BookTop[] => books.filter(({ symbol }) => symbol === 'BTC/USDT')
  const isHealed = (books: readonly BookTop[]): boolean => {
    const broken = books.findIndex(({ stale }) => stale)
    return broken > 0 && books.slice(broken).some(isProper)
  }
  const read = await follow(
    'depthGap:every=2,symbol=BTC/USDT',
    topics => isHealed(ofBtc(topics(rawBooks))) && new Set(topics(rawTickers).map(({ symbol }) => symbol)).size === 2
  )
  const books = read(rawBooks)
  expect(books.filter(({ stale }) => !stale).every(isProper)).toBe(true)
  expect(books.filter(({ stale }) => stale).map(({ symbol, bids, asks }) => [symbol, bids, asks])).toContainEqual([
    'BTC/USDT',
    [],
    []
  ])
  const others = books.filter(({ symbol }) => symbol === 'ETH/USDT')
  expect(others.length).toBeGreaterThan(0)
  expect(others.filter(({ stale }) => stale)).toEqual([])
  const updates = others.map(({ lastUpdateId }) => Number(lastUpdateId))
  expect(updates).toEqual(updates.toSorted((a, b) => a - b))
})
