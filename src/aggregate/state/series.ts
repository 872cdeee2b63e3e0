import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import { partOf, partTimes } from './state-parts.ts'
import { newWindow, type Window } from './window.ts'
import { readWindow, rowIn } from './window-row.ts'

/**
 * The windows of one interval of one symbol. Those before `closedTo` are closed; those before `retainedFrom` are forgotten, but for the pinned.
 * A closed window rests in the text of its state part until it is asked for: there are hundreds of thousands of them.
 */
export type Series = {
  readonly interval: Interval
  readonly lengthMs: number
  readonly level: number
  /** The open windows that hold something, and the closed ones that were asked for since they were stored, by open time. */
  readonly windows: Map<number, Window>
  /** State parts with closed windows as they were last stored, by number; `windows` is newer. */
  readonly stored: Map<number, string>
  closedTo: number
  retainedFrom: number
  /** Open times of the windows before `retainedFrom` that wait for missing trades; none is older than `pinnedFrom`. */
  readonly pinned: Set<number>
  pinnedFrom: number
  /** Where the series began; lower than `retainedFrom` once windows have been forgotten. */
  begin: number
  /** Close of the newest closed window. */
  lastClose: string
  /** The window that was asked for last. */
  recent: Window | undefined
  /** How many trades of each open window a watcher has seen; no part of the durable state. */
  readonly shown: Map<number, number>
}

export const newSeries = (interval: Interval, level: number, time: number): Series => {
  const lengthMs = INTERVAL_MS[interval]
  const begin = time - (time % lengthMs)
  return {
    interval,
    lengthMs,
    level,
    windows: new Map(),
    stored: new Map(),
    closedTo: begin,
    retainedFrom: begin,
    pinned: new Set(),
    pinnedFrom: begin,
    begin,
    lastClose: '',
    recent: undefined,
    shown: new Map()
  }
}

/** Whether a window can still change. */
export const isRetained = ({ retainedFrom, pinned }: Series, openTime: number): boolean =>
  openTime >= retainedFrom || pinned.has(openTime)

/** `time`, or the oldest window behind it that may be kept. */
export const oldestRetained = ({ pinned, retainedFrom }: Series, time: number): number =>
  pinned.size > 0 ? time : Math.max(time, retainedFrom)

/** The row of a window as it was last stored. */
export const storedRow = (series: Series, openTime: number): string | undefined =>
  isRetained(series, openTime) ? rowIn(series.stored.get(partOf(series, openTime)), openTime) : undefined

/** The window of `time`, made if it is not there. */
export const windowAt = (series: Series, time: number): Window => {
  const openTime = time - (time % series.lengthMs)
  if (series.recent !== undefined && series.recent.openTime === openTime) return series.recent
  const window = series.windows.get(openTime) ?? fetchWindow(series, openTime)
  series.recent = window
  return window
}

const fetchWindow = (series: Series, openTime: number): Window => {
  const row = storedRow(series, openTime)
  const window = row === undefined ? newWindow(openTime, series.level) : readWindow(row, series.level)
  series.windows.set(openTime, window)
  return window
}

/** True for a window that holds something, or was closed and is not forgotten. */
export const hasWindow = (series: Series, openTime: number): boolean =>
  series.windows.has(openTime) || storedRow(series, openTime) !== undefined

/** Lets the closed windows of a part rest in its text. */
export const restInPart = (series: Series, part: number, text: string): void => {
  const closed = partTimes(series, part).filter(at => at < series.closedTo)
  if (closed.length === 0) return
  series.stored.set(part, text)
  for (const at of closed) series.windows.delete(at)
  if (series.recent && series.recent.openTime < series.closedTo) series.recent = undefined
}

/** The close that a window without trades repeats. */
export const closeBefore = (series: Series, openTime: number): string => {
  if (openTime === series.closedTo) return series.lastClose
  const previous = openTime - series.lengthMs
  return hasWindow(series, previous) ? windowAt(series, previous).publishedClose : ''
}

/** Lets the series begin earlier, where nothing has been forgotten yet. False when that time is past. */
export const beginEarlier = (series: Series, time: number): boolean => {
  const begin = time - (time % series.lengthMs)
  if (begin >= series.retainedFrom) return true
  if (series.retainedFrom > series.begin) return false
  if (series.closedTo === series.begin) series.closedTo = begin
  for (let at = begin; at < Math.min(series.begin, series.closedTo); at += series.lengthMs) windowAt(series, at)
  series.begin = begin
  series.retainedFrom = begin
  series.pinnedFrom = begin
  return true
}
