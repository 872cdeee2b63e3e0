import type { WireCandle } from '../../exchange/binance/stream/encode.ts'
import { candlePage } from '../exchange/candle-page.ts'
import type { Listed, Venue } from '../exchange/venue.ts'
import { fixedText } from '../market/fixed-text.ts'
import { printOf } from '../market/market.ts'

export const MINUTE = 60_000

/** Which candles are asked for: those that open from `start` to `end`, both inclusive where they are given. */
type CandleRange = {
  readonly length: number
  readonly start: number | null
  readonly end: number | null
  readonly limit: number
}

/** The newest of a range, oldest first. */
export const newestCandles = (venue: Venue, listed: Listed, range: CandleRange): Promise<readonly WireCandle[]> => {
  const { length, start, end, limit } = range
  const last = Math.min(end ?? venue.now(), venue.now())
  const newest = last - (last % length)
  const earliest = newest - (limit - 1) * length
  const startTime = start === null ? earliest : Math.max(start, earliest)
  return candlePage(listed, venue.now(), { length, startTime, endTime: end, limit }, venue.pause)
}

/** The candles of the minute that forms at a time, and of the one before it where that has just ended. */
export const minutesAt = (
  { folds }: Listed,
  time: number
): readonly { readonly candle: WireCandle; readonly closed: boolean }[] => {
  const openTime = time - (time % MINUTE)
  const closed = { candle: folds.candle(openTime - MINUTE, openTime), closed: true }
  const forming = { candle: folds.candle(openTime, openTime + MINUTE), closed: false }
  return time === openTime ? [closed, forming] : [forming]
}

/** Of exchanges whose candle opens at the close before, which high and low include. */
export const fromCloseBefore = ({ feed }: Listed, candle: WireCandle): WireCandle => {
  const before = printOf(feed, feed.idAt(candle.openTime) - 1)
  if (!before) return candle
  const open = fixedText(before.ticks, feed.listing.priceDigits)
  return {
    ...candle,
    open,
    high: Number(open) > Number(candle.high) ? open : candle.high,
    low: Number(open) < Number(candle.low) ? open : candle.low
  }
}
