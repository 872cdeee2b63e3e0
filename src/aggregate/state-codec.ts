import { CANDLE_STATUSES, type CandleStatus } from '../market/candle.ts'
import { DecimalSum } from '../market/decimal.ts'
import type { StateCodec, StatePart } from '../stream/topology.ts'
import type { Ledger } from './ledger.ts'
import { newSeries, type Series } from './series.ts'
import { partName, partTimes } from './state-parts.ts'
import { type AggregateOptions, newSymbolState, type SymbolState, setNextClose } from './symbol-state.ts'
import { newWindow, type Window } from './window.ts'

const HEAD = 'head'
const FORMAT = 1

/** All but the windows. */
type Head = {
  readonly ledger: Ledger
  readonly watermark: number
  readonly now: number
  /** closedTo, keptFrom, begin, lastClose of each interval. */
  readonly series: readonly (readonly [number, number, number, string])[]
}

/** A window as an array, shorter when it holds no trade. */
type WindowRow =
  | readonly [openTime: number, flags: number, revision: number, status: string, missing: number, close: string]
  | readonly [
      openTime: number,
      flags: number,
      revision: number,
      status: string,
      missing: number,
      close: string,
      count: number,
      volume: string,
      quoteVolume: string,
      takerVolume: string,
      takerQuote: string,
      high: string,
      low: string,
      firstTime: number,
      firstId: number,
      firstPrice: string,
      lastTime: number,
      lastId: number,
      lastPrice: string,
      lowestId: number,
      highestId: number
    ]

const toRow = (w: Window): WindowRow => {
  const flags = (w.backfilled ? 1 : 0) + (w.changed ? 2 : 0)
  const standing = [w.openTime, flags, w.revision, w.status, w.missing, w.publishedClose] as const
  if (w.count === 0) return standing
  const sums = [String(w.volume), String(w.quoteVolume), String(w.takerVolume), String(w.takerQuote)] as const
  const edges = [w.first.time, w.first.id, w.first.price, w.last.time, w.last.id, w.last.price] as const
  return [...standing, w.count, ...sums, w.high, w.low, ...edges, w.lowestId, w.highestId]
}

const isStatus = (text: string): text is CandleStatus => CANDLE_STATUSES.some(status => status === text)

const fromRow = (row: WindowRow, level: number): Window => {
  const window = newWindow(row[0], level)
  window.backfilled = (row[1] & 1) > 0
  window.changed = (row[1] & 2) > 0
  window.revision = row[2]
  window.status = isStatus(row[3]) ? row[3] : ''
  window.missing = row[4]
  window.publishedClose = row[5]
  if (row.length > 6) fillFromRow(window, row as Extract<WindowRow, { length: 21 }>)
  return window
}

const fillFromRow = (window: Window, row: Extract<WindowRow, { length: 21 }>): void => {
  window.count = row[6]
  window.volume = DecimalSum.from(row[7])
  window.quoteVolume = DecimalSum.from(row[8])
  window.takerVolume = DecimalSum.from(row[9])
  window.takerQuote = DecimalSum.from(row[10])
  window.high = row[11]
  window.low = row[12]
  window.first = { time: row[13], id: row[14], price: row[15] }
  window.last = { time: row[16], id: row[17], price: row[18] }
  window.lowestId = row[19]
  window.highestId = row[20]
}

const headPart = (state: SymbolState, ledger: Ledger): StatePart => {
  const series = state.series.map(one => [one.closedTo, one.keptFrom, one.begin, one.lastClose] as const)
  const head: Head = { ledger, watermark: state.watermark, now: state.now, series }
  return { name: HEAD, value: JSON.stringify(head) }
}

const windowsPart = (name: string, series: Series, time: number): StatePart => {
  const rows = partTimes(series, time).flatMap(at => {
    const window = series.windows.get(at)
    return window ? [toRow(window)] : []
  })
  return { name, value: JSON.stringify(rows) }
}

const changes = (state: SymbolState): readonly StatePart[] => {
  if (state.ledger === null) return []
  const parts = new Map<string, StatePart>()
  for (const name of state.forgotten.splice(0)) parts.set(name, { name, value: null })
  for (const window of state.dirty.splice(0)) {
    window.dirty = false
    const series = state.series[window.level]
    if (!series || window.openTime < series.keptFrom) continue
    const name = partName(series, window.openTime)
    if (!parts.has(name)) parts.set(name, windowsPart(name, series, window.openTime))
  }
  parts.set(HEAD, headPart(state, state.ledger))
  return [...parts.values()]
}

const restoreSeries = (series: Series, saved: Head['series'][number], rows: readonly WindowRow[]): void => {
  ;[series.closedTo, series.keptFrom, series.begin, series.lastClose] = saved
  for (const row of rows) if (row[0] >= series.keptFrom) series.windows.set(row[0], fromRow(row, series.level))
}

const restore =
  (options: AggregateOptions) =>
  (key: string, parts: ReadonlyMap<string, string>): SymbolState => {
    const state = newSymbolState(key)
    const head = parts.get(HEAD)
    if (head === undefined) return state
    const saved = JSON.parse(head) as Head
    state.ledger = saved.ledger
    state.watermark = saved.watermark
    state.now = saved.now
    state.series = options.intervals.map((interval, level) => {
      const series = newSeries(interval, level, saved.watermark)
      const rows = [...parts]
        .filter(([name]) => name.startsWith(`${interval}/`))
        .flatMap(([, text]) => JSON.parse(text) as WindowRow[])
      restoreSeries(series, saved.series[level]!, rows)
      return series
    })
    setNextClose(state)
    return state
  }

/** A symbol's state as one `head` and its windows in parts of ten; tied to the intervals that it was built with. */
export const symbolStateCodec = (options: AggregateOptions): StateCodec<SymbolState> => ({
  version: `${FORMAT} ${options.intervals.join(',')}`,
  changes,
  restore: restore(options)
})
