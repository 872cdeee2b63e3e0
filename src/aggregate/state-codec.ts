import type { StateCodec, StatePart } from '../stream/topology.ts'
import type { Ledger } from './ledger.ts'
import { keepAsRow, newSeries, type Series } from './series.ts'
import { partName, partTimes } from './state-parts.ts'
import { type AggregateOptions, newSymbolState, type SymbolState, setNextClose } from './symbol-state.ts'
import { readWindow, type WindowRow, writeWindow } from './window-row.ts'

export const HEAD = 'head'
const FORMAT = 2

/** All but the windows. */
export type Head = {
  readonly ledger: Ledger
  readonly watermark: number
  readonly now: number
  /** closedTo, keptFrom, begin, lastClose of each interval. */
  readonly series: readonly (readonly [number, number, number, string])[]
}

const headPart = (state: SymbolState, ledger: Ledger): StatePart => {
  const series = state.series.map(one => [one.closedTo, one.keptFrom, one.begin, one.lastClose] as const)
  const head: Head = { ledger, watermark: state.watermark, now: state.now, series }
  return { name: HEAD, value: JSON.stringify(head) }
}

/** The rows of a part. A closed window is kept as its row from now on: it will hardly be asked for again. */
const windowsPart = (name: string, series: Series, time: number): StatePart => {
  const rows: string[] = []
  for (const at of partTimes(series, time)) {
    const window = series.windows.get(at)
    if (window === undefined) continue
    const row = typeof window === 'string' ? window : writeWindow(window)
    if (at < series.closedTo) keepAsRow(series, at, row)
    rows.push(row)
  }
  return { name, value: `[${rows.join(',')}]` }
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
  for (const row of rows) {
    const text = JSON.stringify(row)
    if (row[0] >= series.closedTo) series.windows.set(row[0], readWindow(text, series.level))
    else if (row[0] >= series.keptFrom) series.windows.set(row[0], text)
  }
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
