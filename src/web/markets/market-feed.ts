import type { Candle } from '../../market/records/derived/candle.ts'
import type { Kpi } from '../../market/records/derived/kpi.ts'
import { every, oncePerFrame } from '../browser/browser-clock.ts'
import { getJson } from '../connect/api.ts'
import { gateway } from '../connect/gateway.ts'
import type { ListedInstrument } from '../connect/status.ts'
import { createStore, type Store } from '../connect/store.ts'
import { whenLive } from '../connect/trust.ts'
import { EMPTY_ROW, SPARK_MINUTES, type WatchRow, withCandle, withHistory } from '../view/watch-row.ts'

/** The rows of the watchlist; each changes on its own, at most once a frame. */
export type MarketFeed = { readonly row: (key: string) => Store<WatchRow>; readonly stop: () => void }

type Rows = Map<string, Store<WatchRow>>
type Of = { readonly exchange: string; readonly symbol: string }

const RETRY_MS = 3_000

const rowOf = (rows: Rows, key: string): Store<WatchRow> => {
  const there = rows.get(key) ?? createStore(EMPTY_ROW)
  rows.set(key, there)
  return there
}

const changer = (rows: Rows) => {
  const changed = new Map<string, WatchRow>()
  const draw = oncePerFrame(() => {
    for (const [key, row] of changed) rowOf(rows, key).set(row)
    changed.clear()
  })
  return ({ exchange, symbol }: Of, change: (row: WatchRow) => WatchRow): void => {
    const key = `${exchange}:${symbol}`
    changed.set(key, change(changed.get(key) ?? rowOf(rows, key).get()))
    draw()
  }
}

const askHistory = async (instrument: ListedInstrument, change: ReturnType<typeof changer>): Promise<void> => {
  const query = { exchange: instrument.exchange, symbol: instrument.symbol, interval: '1m', limit: SPARK_MINUTES }
  const { candles } = await getJson<{ candles: readonly Candle[] }>('/api/v1/candles', query)
  change(instrument, row => withHistory(row, candles))
}

/** Begins to watch the market. A cold start has its history a little later: it is asked for until it is there. */
export const startMarketFeed = (listed: readonly ListedInstrument[]): MarketFeed => {
  const rows: Rows = new Map()
  const change = changer(rows)
  const askThose = (thin: readonly ListedInstrument[]): void => {
    for (const one of thin) void askHistory(one, change).catch(() => undefined)
  }
  const acceptKpi = (kpi: Kpi): void =>
    change(kpi, row => ({ ...row, changePct: kpi.priceChangePct, quoteVolume: kpi.quoteVolume }))
  const interval = listed[0]?.intervals[0] ?? '1s'
  const stops = [
    whenLive(() => askThose(listed)),
    gateway.subscribe<Candle>({ channel: 'candles', interval }, data => {
      for (const candle of data) change(candle, row => withCandle(row, candle))
    }),
    gateway.subscribe<Kpi>({ channel: 'kpis' }, data => data.forEach(acceptKpi)),
    every(RETRY_MS, () => askThose(listed.filter(({ key }) => rowOf(rows, key).get().spark.length < 10)))
  ]
  askThose(listed)
  return { row: key => rowOf(rows, key), stop: () => stops.forEach(stop => void stop()) }
}
