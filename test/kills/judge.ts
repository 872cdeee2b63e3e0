import type { Kafka } from 'kafkajs'
import pg from 'pg'
import { readTable } from '../../src/kafka/read/table/read-table.ts'
import { readValues } from '../../src/kafka/read/table/read-values.ts'
import { instrumentKey } from '../../src/market/instrument.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { isTrade, type Tick, type Trade } from '../../src/market/records/feed/trade.ts'
import { candles, gaps, rawTicks } from '../../src/topics.ts'
import { byTopicAndKey, dueFinals, type Final, readFinals, wrongWindows } from '../support/final-candles.ts'
import { type ChaosCluster, SYMBOLS } from './chaos-cluster.ts'
import { compareFinals } from './compare-finals.ts'
import { tradesBetween } from './history.ts'
import { lacking } from './lacking.ts'
import { OPTIONS } from './settings.ts'

/** What a run left; everything after the first four has to be 0. */
export type Judgement = {
  readonly trades: number
  readonly finals: number
  readonly revisions: number
  readonly holes: number
  /** What is missing: the sum of the next three. */
  readonly lost: number
  /** Trades of the exchange's history that raw_ticks lacks. */
  readonly lostTrades: number
  /** Finals that an undisturbed fold has and the topics lack. */
  readonly lostFinals: number
  /** Windows whose final has no row. */
  readonly lostRows: number
  /** Revisions that stand in the topics more than once. */
  readonly doubled: number
  /** Trades that the exchange never printed, or not so; finals that an undisturbed fold would not have published, or not in this order. */
  readonly phantom: number
  /** Windows whose newest final is not what the trades add up to, and rows that are not the newest final. */
  readonly wrong: number
  /** Holes in the trade ids that nobody closed. */
  readonly open: number
}

const print = ({ id, price, quantity, time, side }: Trade): string => `${id} ${price} ${quantity} ${time} ${side}`

/**
 * The exchange's history against what raw_ticks holds of a symbol: from its first trade to the last one that a heartbeat vouches for.
 * What came after that is read again by the next ingest.
 */
const compareTrades = async (restUrl: string, symbol: string, ticks: readonly Tick[]) => {
  const mine = ticks.filter(tick => tick.symbol === symbol)
  const vouched = mine.flatMap(tick => ('lastId' in tick ? [Number(tick.lastId)] : []))
  const trades = mine.filter(isTrade)
  const first = trades.reduce((least, { id }) => Math.min(least, Number(id)), Number.POSITIVE_INFINITY)
  const last = vouched.reduce((most, id) => Math.max(most, id), 0)
  const due = new Set((await tradesBetween(restUrl, symbol, first, last)).map(print))
  const found = new Set(trades.filter(({ id }) => Number(id) <= last).map(print))
  return { trades: due.size, lost: lacking(due, found), phantom: lacking(found, due) }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const windowOf = (of: { readonly symbol: string; readonly interval: string }, openTime: number): string =>
  `${of.symbol} ${of.interval} ${openTime}`

const figures = (of: readonly unknown[]): string => of.map(String).join(' ')

const candleFigures = (c: Candle): string =>
  figures([
    c.revision,
    c.open,
    c.high,
    c.low,
    c.close,
    c.volume,
    c.quoteVolume,
    c.tradeCount,
    c.takerBuyVolume,
    c.firstTradeId,
    c.lastTradeId,
    c.status
  ])

const ROWS = `select symbol, interval, extract(epoch from open_time)::bigint * 1000 as open_time,
  concat_ws(' ', revision, open, high, low, close, volume, quote_volume, trade_count, taker_buy_volume,
    coalesce(first_trade_id, 'null'), coalesce(last_trade_id, 'null'), status) as figures
  from candles where status <> 'exchange'`

/** The table against the newest finals. */
const compareRows = async (databaseUrl: string, finals: readonly Final[]) => {
  const newest = new Map<string, Candle>()
  for (const { value } of finals) {
    const candle = candles['1m'].codec.decode(Buffer.from(value))
    const window = windowOf(candle, candle.openTime)
    if (candle.revision >= (newest.get(window)?.revision ?? 0)) newest.set(window, candle)
  }
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query(ROWS).finally(() => client.end())
  const stored = new Map(rows.map(row => [windowOf(row, Number(row.open_time)), String(row.figures)]))
  const lost = [...newest.keys()].filter(window => !stored.has(window)).length
  const wrong = [...stored].filter(([window, row]) => {
    const candle = newest.get(window)
    return !candle || candleFigures(candle) !== row
  }).length
  return { lost, wrong }
}

/** Judges a run that has come to rest. */
export const judge = async (kafka: Kafka, { prefix, restUrl, databaseUrl }: ChaosCluster): Promise<Judgement> => {
  const ticks = await readValues(kafka, prefix, rawTicks)
  const feeds = await Promise.all(SYMBOLS.map(symbol => compareTrades(restUrl, symbol, ticks)))
  const finals = await readFinals(kafka, prefix, OPTIONS)
  const read = byTopicAndKey(finals)
  const published = compareFinals(read, byTopicAndKey(dueFinals(OPTIONS, ticks)))
  const stored = await compareRows(databaseUrl, finals)
  const holes = await readTable(kafka, prefix, gaps)
  const lostTrades = sum(feeds.map(feed => feed.lost))
  return {
    trades: sum(feeds.map(feed => feed.trades)),
    finals: finals.length,
    revisions: finals.filter(({ value }) => !value.includes('"revision":0')).length,
    holes: new Set(holes.map(gap => `${instrumentKey(gap)}#${gap.fromId}`)).size,
    lost: lostTrades + published.lost + stored.lost,
    lostTrades,
    lostFinals: published.lost,
    lostRows: stored.lost,
    doubled: published.doubled,
    phantom: sum(feeds.map(feed => feed.phantom)) + published.phantom,
    wrong: wrongWindows(OPTIONS, ticks, read).length + stored.wrong,
    open: holes.filter(gap => gap.status === 'open').length
  }
}
