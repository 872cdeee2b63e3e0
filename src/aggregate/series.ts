import { INTERVAL_MS, type Interval } from '../market/interval.ts'
import { newWindow, type Window } from './window.ts'
import { readWindow } from './window-row.ts'

/** The windows of one interval of one symbol. Those before `closedTo` are closed; those before `keptFrom` are forgotten. */
export type Series = {
  readonly interval: Interval
  readonly lengthMs: number
  readonly level: number
  /** Every closed window that is kept, and the open ones that hold something; text is a row that nobody has asked for since it was stored. */
  readonly windows: Map<number, Window | string>
  closedTo: number
  keptFrom: number
  /** Where the series began; lower than `keptFrom` once windows have been forgotten. */
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
    closedTo: begin,
    keptFrom: begin,
    begin,
    lastClose: '',
    recent: undefined,
    shown: new Map()
  }
}

/** The window of `time`, made if it is not there. */
export const windowAt = (series: Series, time: number): Window => {
  const openTime = time - (time % series.lengthMs)
  if (series.recent !== undefined && series.recent.openTime === openTime) return series.recent
  const kept = series.windows.get(openTime)
  const window =
    kept === undefined
      ? newWindow(openTime, series.level)
      : typeof kept === 'string'
        ? readWindow(kept, series.level)
        : kept
  if (window !== kept) series.windows.set(openTime, window)
  series.recent = window
  return window
}

/** Keeps a closed window as the row that was stored of it. */
export const keepAsRow = (series: Series, openTime: number, row: string): void => {
  series.windows.set(openTime, row)
  if (series.recent?.openTime === openTime) series.recent = undefined
}

/** The close that a window without trades repeats. */
export const closeBefore = (series: Series, openTime: number): string => {
  if (openTime === series.closedTo) return series.lastClose
  const previous = openTime - series.lengthMs
  return series.windows.has(previous) ? windowAt(series, previous).publishedClose : ''
}

/** Lets the series begin earlier, where nothing has been forgotten yet. False when that time is past. */
export const beginEarlier = (series: Series, time: number): boolean => {
  const begin = time - (time % series.lengthMs)
  if (begin >= series.keptFrom) return true
  if (series.keptFrom > series.begin) return false
  if (series.closedTo === series.begin) series.closedTo = begin
  for (let at = begin; at < Math.min(series.begin, series.closedTo); at += series.lengthMs) windowAt(series, at)
  series.begin = begin
  series.keptFrom = begin
  return true
}
