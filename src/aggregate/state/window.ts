import { addTrade, compareDecimals, DecimalSum } from '../../market/decimal.ts'
import type { CandleStatus } from '../../market/records/derived/candle.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import { NO_TALLY, type Tally } from '../unnumbered/tally.ts'

/** What the trades of one window add up to, and what was last published of it. Adding is commutative; the ledger makes it idempotent. */
export type Window = {
  readonly openTime: number
  /** Index of its interval, finest first. */
  readonly level: number
  count: number
  volume: DecimalSum
  quoteVolume: DecimalSum
  takerVolume: DecimalSum
  takerQuote: DecimalSum
  high: string
  low: string
  /** The trades with the lowest and the highest (time, id). */
  first: Edge
  last: Edge
  lowestId: number
  highestId: number
  /** The ids of those two trades, where these numbers are not the ids: then the later of two equal numbers counts as the higher one. */
  lowestName: string
  highestName: string
  /** How many prints its trades hold; 0 where the exchange does not tell. */
  prints: number
  /** Some of it came from history, or it was published with trades missing. */
  backfilled: boolean
  /** -1 until the first final. */
  revision: number
  /** As last published: status, missing ids, and the close that empty candles repeat. */
  status: CandleStatus | ''
  missing: number
  /** What the status says besides, where the exchange's own minutes gave it: by what they match, or the volume that is missing. */
  detail: string
  publishedClose: string
  /** Missing ids of gaps that are known no more. */
  missingForGood: number
  /** What the exchange's own minutes say of it, where no number proves anything. */
  tally: Tally
  /** Trades came since it was last published. */
  changed: boolean
  /** Changed since the last commit. */
  dirty: boolean
}

/** A trade at a window's edge. */
type Edge = { time: number; id: number; price: string }

export const newWindow = (openTime: number, level: number): Window => ({
  openTime,
  level,
  count: 0,
  volume: new DecimalSum(),
  quoteVolume: new DecimalSum(),
  takerVolume: new DecimalSum(),
  takerQuote: new DecimalSum(),
  high: '',
  low: '',
  first: { time: 0, id: 0, price: '' },
  last: { time: 0, id: 0, price: '' },
  lowestId: 0,
  highestId: 0,
  lowestName: '',
  highestName: '',
  prints: 0,
  backfilled: false,
  revision: -1,
  status: '',
  missing: 0,
  detail: '',
  publishedClose: '',
  missingForGood: 0,
  tally: NO_TALLY,
  changed: false,
  dirty: false
})

const isEarlier = (time: number, id: number, than: Edge): boolean =>
  time < than.time || (time === than.time && id < than.id)

const setEdge = (edge: Edge, time: number, id: number, price: string): void => {
  edge.time = time
  edge.id = id
  edge.price = price
}

/** Adds a trade that was not counted before, by its number. `name`: its id, where that is not the number. */
export const addToWindow = (window: Window, trade: Trade, id: number, name: string): void => {
  const { price, time } = trade
  addTrade(window, price, trade.quantity, trade.side === 'buy', trade.quoteQuantity)
  if (window.count === 0) {
    window.high = price
    window.low = price
    window.lowestId = id
    window.highestId = id
    window.lowestName = name
    window.highestName = name
    setEdge(window.first, time, id, price)
    setEdge(window.last, time, id, price)
  } else {
    if (compareDecimals(price, window.high) > 0) window.high = price
    if (compareDecimals(price, window.low) < 0) window.low = price
    widenIds(window, id, name)
    if (isEarlier(time, id, window.first)) setEdge(window.first, time, id, price)
    if (!isEarlier(time, id, window.last)) setEdge(window.last, time, id, price)
  }
  window.count++
  if (trade.prints !== undefined) window.prints += trade.prints
  window.changed = true
  if (trade.via === 'history') window.backfilled = true
}

const widenIds = (window: Window, id: number, name: string): void => {
  if (id < window.lowestId) {
    window.lowestId = id
    window.lowestName = name
  }
  if (id >= window.highestId) {
    window.highestId = id
    window.highestName = name
  }
}

/** Adds all that a finer window holds to a wider one. */
export const mergeWindow = (into: Window, from: Window): void => {
  if (from.backfilled) into.backfilled = true
  if (from.count === 0) return
  into.volume.addSum(from.volume)
  into.quoteVolume.addSum(from.quoteVolume)
  into.takerVolume.addSum(from.takerVolume)
  into.takerQuote.addSum(from.takerQuote)
  const isFirst = into.count === 0
  if (isFirst || compareDecimals(from.high, into.high) > 0) into.high = from.high
  if (isFirst || compareDecimals(from.low, into.low) < 0) into.low = from.low
  if (isFirst) into.lowestId = Number.POSITIVE_INFINITY
  widenIds(into, from.lowestId, from.lowestName)
  widenIds(into, from.highestId, from.highestName)
  if (isFirst || isEarlier(from.first.time, from.first.id, into.first))
    setEdge(into.first, from.first.time, from.first.id, from.first.price)
  if (isFirst || !isEarlier(from.last.time, from.last.id, into.last))
    setEdge(into.last, from.last.time, from.last.id, from.last.price)
  into.count += from.count
  into.prints += from.prints
  into.changed = true
}
