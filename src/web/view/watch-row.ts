import type { Candle } from '../../market/records/derived/candle.ts'
import { digitsOf } from './format.ts'

const MINUTE_MS = 60_000

/** Minutes that a line in the watchlist is long. */
export const SPARK_MINUTES = 120

/** One instrument of the watchlist. */
export type WatchRow = {
  readonly last: string | null
  readonly lastOpenTime: number
  /** Digits behind the point that its prices have. */
  readonly digits: number
  /** Whether the last price was above the one before it (1), below (-1), or the first (0). */
  readonly move: number
  readonly changePct: number | null
  readonly quoteVolume: number | null
  /** Closes by the minute, oldest first. */
  readonly spark: readonly (readonly [minute: number, close: number])[]
}

export const EMPTY_ROW: WatchRow = {
  last: null,
  lastOpenTime: 0,
  digits: 0,
  move: 0,
  changePct: null,
  quoteVolume: null,
  spark: []
}

const withClose = (spark: WatchRow['spark'], { openTime, close }: Candle): WatchRow['spark'] => {
  const minute = Math.floor(openTime / MINUTE_MS)
  const newest = spark.at(-1)
  if (newest && minute < newest[0]) return spark
  const earlier = newest?.[0] === minute ? spark.slice(0, -1) : spark
  return [...earlier, [minute, Number(close)] as const].slice(-SPARK_MINUTES)
}

/** Takes a candle in; an older one changes nothing. */
export const withCandle = (row: WatchRow, candle: Candle): WatchRow => {
  if (candle.openTime < row.lastOpenTime) return row
  const move = row.last === null ? 0 : Math.sign(Number(candle.close) - Number(row.last)) || row.move
  return {
    ...row,
    last: candle.close,
    lastOpenTime: candle.openTime,
    digits: Math.max(row.digits, digitsOf([candle.close])),
    move,
    spark: withClose(row.spark, candle)
  }
}

/** Takes minutes in that were before. */
export const withHistory = (row: WatchRow, candles: readonly Candle[]): WatchRow => {
  const first = row.spark[0]?.[0] ?? Number.POSITIVE_INFINITY
  const before = candles.reduce<WatchRow['spark']>(withClose, []).filter(([minute]) => minute < first)
  const last = row.last ?? candles.at(-1)?.close ?? null
  const digits = Math.max(row.digits, digitsOf(candles.map(({ close }) => close)))
  return { ...row, last, digits, spark: [...before, ...row.spark].slice(-SPARK_MINUTES) }
}

/** The line of a sparkline in a box, as SVG points. */
export const sparkPoints = (spark: WatchRow['spark'], width: number, height: number): string => {
  const closes = spark.map(([, close]) => close)
  const [least, most] = [Math.min(...closes), Math.max(...closes)]
  const [start, end] = [spark[0]?.[0] ?? 0, spark.at(-1)?.[0] ?? 0]
  const x = (minute: number): number => (end === start ? width : (width * (minute - start)) / (end - start))
  const y = (close: number): number =>
    most === least ? height / 2 : height - (height * (close - least)) / (most - least)
  return spark.map(([minute, close]) => `${x(minute).toFixed(1)},${y(close).toFixed(1)}`).join(' ')
}
