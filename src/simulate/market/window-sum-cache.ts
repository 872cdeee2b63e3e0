import type { WireCandle } from '../../exchange/binance/stream/encode.ts'
import { type Feed, type Print, printOf } from './market.ts'
import { addFold, addPrint, foldedCandle, type PrintFold } from './window-sums.ts'

const MINUTE = 60_000
/** The ones used last: more than any page of klines and the day's figures need. */
const MINUTES_KEPT = 24_000

/** What a feed's emitted prints add up to, by time. Minutes are kept, and the running one grows: nothing is added up twice. */
export type FoldCache = {
  /** The prints in `[from, to)`, epoch ms; null when there are none. */
  readonly fold: (from: number, to: number) => PrintFold | null
  /** The same as the exchange's candle. */
  readonly candle: (openTime: number, closeTime: number) => WireCandle
}

type Minute = { fold: PrintFold | null; nextId: number }

/** `countOf`: how many prints count for one; otherwise one. */
export const createFoldCache = (feed: Feed, countOf: (print: Print) => number = () => 1): FoldCache => {
  const minutes = new Map<number, Minute>()
  const minuteAt = (openTime: number): Minute => {
    const minute = minutes.get(openTime) ?? { fold: null, nextId: feed.idAt(openTime) }
    if (!minutes.delete(openTime) && minutes.size >= MINUTES_KEPT)
      minutes.delete(minutes.keys().next().value ?? openTime)
    minutes.set(openTime, minute)
    return minute
  }
  const foldMinute = (openTime: number): PrintFold | null => {
    // Nothing emitted in it yet: where it will begin is not known before its first print.
    if (feed.idAt(openTime) === feed.endId()) return null
    const minute = minuteAt(openTime)
    const toId = feed.idAt(openTime + MINUTE)
    feed.visit(minute.nextId, toId, print => {
      minute.fold = addPrint(minute.fold, feed.listing, print, countOf(print))
    })
    minute.nextId = Math.max(minute.nextId, toId)
    return minute.fold
  }
  const foldPart = (from: number, to: number): PrintFold | null => {
    let fold: PrintFold | null = null
    feed.visit(feed.idAt(from), feed.idAt(to), print => {
      fold = addPrint(fold, feed.listing, print, countOf(print))
    })
    return fold
  }
  const fold = (from: number, to: number): PrintFold | null => {
    let sum: PrintFold | null = null
    for (let at = from; at < to; ) {
      const next = Math.min(to, at - (at % MINUTE) + MINUTE)
      const part = next - at === MINUTE ? foldMinute(at) : foldPart(at, next)
      if (part) sum = addFold(sum, part)
      at = next
    }
    return sum
  }
  return {
    fold,
    candle: (openTime, closeTime) => {
      const sum = fold(openTime, closeTime)
      const previous = sum ? null : printOf(feed, feed.idAt(openTime) - 1)
      return foldedCandle(feed.listing, sum, previous, openTime, closeTime)
    }
  }
}
