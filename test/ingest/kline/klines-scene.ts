import { encodeKlineRow } from '../../../src/exchange/binance/rest/encode-rest.ts'
import { encodeKline } from '../../../src/exchange/binance/stream/encode.ts'
import type { RestAnswer } from '../../../src/exchange/rest-interface.ts'
import type { IngestOptions } from '../../../src/ingest/start-ingest.ts'
import type { FetchJson } from '../../../src/ingest/transport/fetch-json.ts'
import { epochMs } from '../../../src/market/time.ts'
import { deadLetters, exchangeKlines, ingestKlinesState } from '../../../src/topics.ts'
import { DAY } from '../../support/market.ts'
import { tickerFrame } from '../book/quotes-scene.ts'
import { answer } from '../fake-exchange.ts'
import { BTC, createWorld, openScene } from '../scene.ts'

export const MINUTE = 60_000

/** The exchange's kline of the `n`th minute of the day. */
const candleOf = (n: number) => ({
  openTime: epochMs(DAY + n * MINUTE),
  closeTime: epochMs(DAY + (n + 1) * MINUTE),
  open: '100',
  high: '110',
  low: '90',
  close: String(100_000 + n),
  volume: '5',
  quoteVolume: '500',
  tradeCount: 3,
  takerBuyVolume: '2',
  takerBuyQuoteVolume: '200',
  firstTradeId: '1',
  lastTradeId: '3'
})

/** Running ingest of BTC/USDT with its quotes, at an exchange whose kline history is what a test says. */
export const openKlinesScene = async (more: Partial<IngestOptions> = {}, world = createWorld()) => {
  const { clock, exchange } = world
  /** Minutes of the day of which history has a kline, and what it answers instead of the next ones. */
  const history = {
    minutes: new Set<number>(),
    /** Minutes whose rows are odd: by how many milliseconds they begin late and end early. */
    odd: new Map<number, { readonly late: number; readonly early: number }>(),
    refusals: [] as RestAnswer[],
    asked: [] as URLSearchParams[]
  }
  const rowOf = (candle: ReturnType<typeof candleOf>): string => {
    const odd = history.odd.get((candle.openTime - DAY) / MINUTE)
    const row = encodeKlineRow(candle)
    return odd
      ? row
          .replace(String(candle.openTime), String(candle.openTime + odd.late))
          .replace(String(candle.closeTime - 1), String(candle.closeTime - 1 - odd.early))
      : row
  }
  const page = (query: URLSearchParams): RestAnswer => {
    const [from, to, limit] = ['startTime', 'endTime', 'limit'].map(name => query.get(name))
    const inside = [...history.minutes]
      .sort((a, b) => a - b)
      .map(candleOf)
      .filter(({ openTime }) => openTime >= Number(from ?? 0) && openTime <= Number(to))
    const kept = from === null || from === undefined ? inside.slice(-Number(limit)) : inside.slice(0, Number(limit))
    return answer(200, JSON.parse(`[${kept.map(rowOf).join(',')}]`))
  }
  const fetchJson: FetchJson = async (url, signal) => {
    if (!url.includes('/klines?')) return url.includes('/depth?') ? answer(503, {}) : exchange.fetchJson(url, signal)
    const query = new URL(url).searchParams
    history.asked.push(query)
    await clock.sleep(20, signal)
    return history.refusals.shift() ?? page(query)
  }
  const scene = openScene({ quotes: true, fetchJson, ...more }, world)
  const minuteOf = ({ openTime }: { readonly openTime: number }): number => (openTime - DAY) / MINUTE
  const read = <T>(topic: { name: string; codec: { decode: (bytes: Buffer) => T } }): readonly T[] =>
    world.broker
      .log()
      .flatMap(({ topic: name, value }) =>
        name === topic.name && value !== null ? [topic.codec.decode(Buffer.from(value))] : []
      )
  await clock.advance(0)
  return {
    ...scene,
    world,
    history,
    /** The stream tells of the kline of a minute. */
    tell: (n: number, closed = true): void => {
      const candle = candleOf(n)
      const at = closed ? candle.closeTime : candle.openTime + 1
      clock.reach(at)
      exchange.send(`{"stream":"btcusdt@kline_1m","data":${encodeKline('BTCUSDT', '1m', candle, at, closed)}}`)
    },
    /** The ticker says what time it is, in milliseconds of the day. */
    tick: (atMs: number): void => {
      clock.reach(DAY + atMs)
      exchange.send(tickerFrame(atMs))
    },
    /** Minutes of the day whose klines were published, in order. */
    minutes: (): readonly number[] => read(exchangeKlines).map(minuteOf),
    klines: () => read(exchangeKlines),
    deadLetters: () => read(deadLetters),
    klinePositions: () => read(ingestKlinesState)
  }
}

export type KlinesScene = Awaited<ReturnType<typeof openKlinesScene>>

export const positionAt = (n: number) => ({ ...BTC, openTime: epochMs(DAY + n * MINUTE) })

/** `from..to` */
export const minutes = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)
