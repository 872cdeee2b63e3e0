import type { StateCodec, StatePart } from '../stream/topology.ts'
import type { Ledger } from './ledger.ts'
import { newSeries, restInPart, type Series, storedRow } from './series.ts'
import { partName, partNamed, partOf, partTimes } from './state-parts.ts'
import { type AggregateOptions, newSymbolState, type SymbolState, setNextClose } from './symbol-state.ts'
import { readWindow, rowIn, writeWindow } from './window-row.ts'

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

/** A part as it is stored. Its closed windows rest in it from now on: they will hardly be asked for again. */
const writePart = (series: Series, part: number): string => {
  const rows = partTimes(series, part).flatMap(at => {
    const window = series.windows.get(at)
    return window ? writeWindow(window) : (storedRow(series, at) ?? [])
  })
  const text = `[${rows.join(',')}]`
  restInPart(series, part, text)
  return text
}

const changes = (state: SymbolState): readonly StatePart[] => {
  if (state.ledger === null) return []
  const parts = new Map<string, StatePart>()
  for (const name of state.forgotten.splice(0)) parts.set(name, { name, value: null })
  for (const window of state.dirty.splice(0)) {
    window.dirty = false
    const series = state.series[window.level]
    if (!series || window.openTime < series.keptFrom) continue
    const part = partOf(series, window.openTime)
    const name = partName(series, part)
    if (!parts.has(name)) parts.set(name, { name, value: writePart(series, part) })
  }
  parts.set(HEAD, headPart(state, state.ledger))
  return [...parts.values()]
}

const readPart = (series: Series, part: number, text: string): void => {
  for (const at of partTimes(series, part)) {
    const row = at < series.closedTo ? undefined : rowIn(text, at)
    if (row !== undefined) series.windows.set(at, readWindow(row, series.level))
  }
  restInPart(series, part, text)
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
      ;[series.closedTo, series.keptFrom, series.begin, series.lastClose] = saved.series[level]!
      for (const [name, text] of parts) {
        const part = partNamed(series, name)
        if (part !== null) readPart(series, part, text)
      }
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
