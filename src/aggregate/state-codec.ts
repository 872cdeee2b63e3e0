import type { StateCodec, StatePart } from '../stream/topology.ts'
import type { Ledger } from './ledger.ts'
import { keepAsRow, newSeries, type Series } from './series.ts'
import { partName, partTimes } from './state-parts.ts'
import { type AggregateOptions, newSymbolState, type SymbolState, setNextClose } from './symbol-state.ts'
import { readWindow, writeWindow } from './window-row.ts'

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

/** The rows of a part as they stand in its text: no row holds a bracket of its own, and none is copied. */
const rowsOf = (part: string): readonly string[] => {
  const rows: string[] = []
  for (let begin = part.indexOf('[', 1); begin > 0; begin = part.indexOf('[', begin + 1))
    rows.push(part.slice(begin, part.indexOf(']', begin) + 1))
  return rows
}

const restoreSeries = (series: Series, saved: Head['series'][number], rows: readonly string[]): void => {
  ;[series.closedTo, series.keptFrom, series.begin, series.lastClose] = saved
  for (const row of rows) {
    const openTime = Number(row.slice(1, row.indexOf(',')))
    if (openTime >= series.closedTo) series.windows.set(openTime, readWindow(row, series.level))
    else if (openTime >= series.keptFrom) series.windows.set(openTime, row)
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
      const rows = [...parts].filter(([name]) => name.startsWith(`${interval}/`)).flatMap(([, text]) => rowsOf(text))
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
