import { DecimalSum } from '../../market/decimal.ts'
import type { CandleStatus } from '../../market/records/derived/candle.ts'
import { NO_TALLY, readTally, writeTally } from '../unnumbered/tally.ts'
import { newWindow, type Window } from './window.ts'

/** A row names a status by its place here: only the end may grow. */
const STORED_STATUSES: readonly CandleStatus[] = [
  'partial',
  'gap',
  'backfilled',
  'traded',
  'empty',
  'unproven',
  'exchange',
  'matched'
]

/**
 * A window as an array, shorter when it holds no trade, and short altogether: there are hundreds of thousands of them.
 * `flags`: 1 backfilled, 2 changed, and from 4 on what is missing for good. Times are from `openTime` on and ids from `lowestId` on; `close` is null where it is the last price.
 */
type WindowRow =
  | readonly [openTime: number, flags: number, revision: number, status: number, missing: number, close: string | null]
  | readonly [
      openTime: number,
      flags: number,
      revision: number,
      status: number,
      missing: number,
      close: string | null,
      count: number,
      volume: string,
      quoteVolume: string,
      takerVolume: string,
      takerQuote: string,
      high: string,
      low: string,
      firstAfter: number,
      firstId: number,
      firstPrice: string,
      lastAfter: number,
      lastId: number,
      lastPrice: string,
      lowestId: number,
      highestId: number,
      ...rest: RowRest | []
    ]

/** What most windows do not have. Where one has it the row is a full one, also without a trade. */
type RowRest = [prints: number, lowestName: string, highestName: string, tally: string, detail: string]

type FullRow = Exclude<WindowRow, { length: 6 }>

const restOf = (w: Window): RowRest | [] => {
  const hasTally = w.tally !== NO_TALLY
  if (w.prints === 0 && w.lowestName === '' && !hasTally) return []
  return [w.prints, w.lowestName, w.highestName, hasTally ? writeTally(w.tally) : '', w.detail]
}

const toRow = (w: Window): WindowRow => {
  const flags = (w.backfilled ? 1 : 0) + (w.changed ? 2 : 0) + 4 * w.missingForGood
  const status = w.status === '' ? -1 : STORED_STATUSES.indexOf(w.status)
  const rest = restOf(w)
  if (w.count === 0 && rest.length === 0) return [w.openTime, flags, w.revision, status, w.missing, w.publishedClose]
  const close = w.publishedClose === w.last.price ? null : w.publishedClose
  const sums = [String(w.volume), String(w.quoteVolume), String(w.takerVolume), String(w.takerQuote)] as const
  const edge = ({ time, id, price }: Window['first']) => [time - w.openTime, id - w.lowestId, price] as const
  const ids = [w.lowestId, w.highestId - w.lowestId] as const
  const standing = [w.openTime, flags, w.revision, status, w.missing, close] as const
  return [...standing, w.count, ...sums, w.high, w.low, ...edge(w.first), ...edge(w.last), ...ids, ...rest]
}

const FULL = 21

/** A window as text, as it stands in its state part. */
export const writeWindow = (window: Window): string => {
  const row = toRow(window)
  return row.length > FULL ? withoutBrackets(JSON.stringify(row)) : JSON.stringify(row)
}

/** An exchange's own id may hold anything. */
const withoutBrackets = (row: string): string =>
  `[${row.slice(1, -1).replaceAll('[', String.raw`\u005b`).replaceAll(']', String.raw`\u005d`)}]`

/** The row of a window in the text of its part, which is an array of rows: none holds a bracket of its own. */
export const rowIn = (part: string | undefined, openTime: number): string | undefined => {
  const begin = part?.indexOf(`[${openTime},`) ?? -1
  return begin < 0 ? undefined : part?.slice(begin, part.indexOf(']', begin) + 1)
}

/** The window that was written. */
export const readWindow = (text: string, level: number): Window => {
  const row = JSON.parse(text) as WindowRow
  const window = newWindow(row[0], level)
  window.backfilled = row[1] % 2 === 1
  window.changed = row[1] % 4 >= 2
  window.missingForGood = Math.floor(row[1] / 4)
  window.revision = row[2]
  window.status = STORED_STATUSES[row[3]] ?? ''
  window.missing = row[4]
  if (row.length > 6) fillFromRow(window, row as FullRow)
  window.publishedClose = row[5] ?? window.last.price
  return window
}

const fillFromRow = (window: Window, row: FullRow): void => {
  const [openTime, lowestId] = [row[0], row[19]]
  window.count = row[6]
  window.volume = DecimalSum.from(row[7])
  window.quoteVolume = DecimalSum.from(row[8])
  window.takerVolume = DecimalSum.from(row[9])
  window.takerQuote = DecimalSum.from(row[10])
  window.high = row[11]
  window.low = row[12]
  window.first = { time: openTime + row[13], id: lowestId + row[14], price: row[15] }
  window.last = { time: openTime + row[16], id: lowestId + row[17], price: row[18] }
  window.lowestId = lowestId
  window.highestId = lowestId + row[20]
  if (row.length > FULL) fillFromRest(window, row.slice(FULL) as RowRest)
}

const fillFromRest = (window: Window, [prints, lowestName, highestName, tally, detail]: RowRest): void => {
  window.prints = prints
  window.lowestName = lowestName
  window.highestName = highestName
  window.detail = detail
  if (tally !== '') window.tally = readTally(tally)
}
