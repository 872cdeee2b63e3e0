import { CANDLE_STATUSES, type CandleStatus } from '../market/candle.ts'
import { DecimalSum } from '../market/decimal.ts'
import { newWindow, type Window } from './window.ts'

/** A window as an array, shorter when it holds no trade. */
export type WindowRow =
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

/** A window as text, as it stands in its state part. */
export const writeWindow = (window: Window): string => JSON.stringify(toRow(window))

/** The window that was written. */
export const readWindow = (text: string, level: number): Window => {
  const row = JSON.parse(text) as WindowRow
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
