import { INTERVAL_MS, type Interval, isInterval } from '../../market/interval.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import type { Rebuild, StateCodec, StatePart, StateParts } from '../../stream/topology.ts'
import { candles } from '../../topics.ts'
import type { Ledger } from '../ledger.ts'
import { feedParts, readFeed } from '../unnumbered/unnumbered-feed.ts'
import { gapParts, readGaps, STORED_GAPS, type StoredLedger, storedGaps } from './gap-parts.ts'
import { isRetained, newSeries, restInPart, type Series, storedRow } from './series.ts'
import { partName, partNamed, partOf, partTimes } from './state-parts.ts'
import { type AggregateOptions, newSymbolState, type SymbolState, setNextClose } from './symbol-state.ts'
import { readWindow, rowIn, writeWindow } from './window-row.ts'

export const HEAD = 'head'
const FORMAT = 2

/** All but the windows. */
export type Head = {
  readonly ledger: StoredLedger
  readonly watermark: number
  readonly now: number
  /** closedTo, retainedFrom, begin, lastClose, pinnedFrom of each interval; the last one only where windows may be pinned. */
  readonly series: readonly (readonly [number, number, number, string, number?])[]
  /** Where trades have no number: before this second it is not known which of them were counted. */
  readonly idsFrom?: number
}

const seriesRow = (one: Series): Head['series'][number] => {
  const row = [one.closedTo, one.retainedFrom, one.begin, one.lastClose] as const
  return one.pinnedFrom < one.retainedFrom ? [...row, one.pinnedFrom] : row
}

/** The head, and the parts with gaps that changed. */
const ledgerParts = (state: SymbolState, ledger: Ledger): readonly StatePart[] => {
  const { gaps, ...rest } = ledger
  const { head: gapsInHead, parts } = gapParts(gaps, state.storedGaps)
  const series = state.series.map(seriesRow)
  const { watermark, now, unnumbered } = state
  const ids = unnumbered ? { idsFrom: unnumbered.ids.from } : {}
  const head: Head = { ledger: { ...rest, [STORED_GAPS]: gapsInHead }, watermark, now, series, ...ids }
  return [...parts, { name: HEAD, value: JSON.stringify(head) }]
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
  const ofFeed = state.unnumbered ? feedParts(state.unnumbered) : []
  return state.ledger === null ? ofFeed : [...ofFeed, ...windowParts(state), ...ledgerParts(state, state.ledger)]
}

const windowParts = (state: SymbolState): readonly StatePart[] => {
  const parts = new Map<string, StatePart>()
  for (const [name, { series, part }] of state.trimmed) parts.set(name, trimmedPart(series, part, name))
  state.trimmed.clear()
  for (const window of state.dirty.splice(0)) {
    window.dirty = false
    const series = state.series[window.level]
    if (!series || !isRetained(series, window.openTime)) continue
    const part = partOf(series, window.openTime)
    const name = partName(series, part)
    if (!parts.has(name)) parts.set(name, { name, value: writePart(series, part) })
  }
  return [...parts.values()]
}

const trimmedPart = (series: Series, part: number, name: string): StatePart => {
  if (partTimes(series, part).some(at => isRetained(series, at))) return { name, value: writePart(series, part) }
  series.stored.delete(part)
  return { name, value: null }
}

const readPart = (series: Series, part: number, text: string): void => {
  for (const at of partTimes(series, part)) {
    const row = rowIn(text, at)
    if (row === undefined) continue
    if (at >= series.closedTo) series.windows.set(at, readWindow(row, series.level))
    else if (at < series.retainedFrom && at >= series.pinnedFrom) series.pinned.add(at)
  }
  restInPart(series, part, text)
}

const restore =
  (options: AggregateOptions) =>
  (key: string, parts: StateParts): SymbolState => {
    const state = newSymbolState(key, options)
    const head = parts.get(HEAD)
    const saved = head === undefined ? null : (JSON.parse(head) as Head)
    if (state.unnumbered) state.unnumbered = readFeed(parts, saved?.idsFrom ?? 0)
    if (saved === null) return state
    const { [STORED_GAPS]: gapsInHead, ...ledger } = saved.ledger
    state.ledger = { ...ledger, gaps: readGaps(gapsInHead, parts) }
    state.storedGaps = storedGaps(parts)
    state.watermark = saved.watermark
    state.now = saved.now
    state.series = options.intervals.map((interval, level) => {
      const series = newSeries(interval, level, saved.watermark)
      ;[series.closedTo, series.retainedFrom, series.begin, series.lastClose] = saved.series[level]!
      series.pinnedFrom = saved.series[level]![4] ?? series.retainedFrom
      for (const [name, text] of parts) {
        const part = partNamed(series, name)
        if (part !== null) readPart(series, part, text)
      }
      return series
    })
    setNextClose(state)
    return state
  }

const HEADING = `${FORMAT} `

/** The intervals of a state of this format; null: it is one of another. */
const intervalsIn = (version: string): readonly Interval[] | null => {
  const intervals = version.slice(HEADING.length).split(',')
  return version.startsWith(HEADING) && intervals.every(isInterval) ? intervals : null
}

/** When the oldest window that may still change begins: of the widest interval, as far behind as revisions reach. */
const oldestOpen = (
  options: AggregateOptions,
  intervals: readonly Interval[],
  states: ReadonlyMap<string, StateParts>
): EpochMs | null => {
  const heads = [...states.values()].flatMap(parts => parts.get(HEAD) ?? [])
  const watermark = heads.reduce((newest, head) => Math.max(newest, (JSON.parse(head) as Head).watermark), 0)
  const widest = Math.max(...[...intervals, ...options.intervals].map(one => INTERVAL_MS[one]))
  const oldest = watermark - options.revisionHorizonMs
  return heads.length === 0 ? null : epochMs(oldest - (oldest % widest))
}

/** With other intervals the ticks are read again: those intervals have been published already. */
const rebuild =
  (options: AggregateOptions) =>
  (version: string, states: ReadonlyMap<string, StateParts>): Rebuild | null => {
    const intervals = intervalsIn(version)
    if (intervals === null) return null
    const topics = new Set(intervals.map(interval => candles[interval].name))
    return { from: oldestOpen(options, intervals, states), publishedTo: topic => topics.has(topic) }
  }

/** A symbol's state as one `head`, its windows in parts of ten, and its gaps in parts where they are many; built anew for other intervals. */
export const symbolStateCodec = (options: AggregateOptions): StateCodec<SymbolState> => ({
  version: `${HEADING}${options.intervals.join(',')}`,
  rebuild: rebuild(options),
  changes,
  restore: restore(options)
})
