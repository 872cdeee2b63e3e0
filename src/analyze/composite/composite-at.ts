import { DecimalSum } from '../../market/decimal.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import { weakestStatus } from '../../market/records/derived/candle.ts'
import type { Composite, CompositeVenue, MissingVenue } from '../../market/records/derived/composite.ts'
import { epochMs } from '../../market/time.ts'
import { leadOf, type Moves, weightedReturns } from './lead-lag.ts'
import type { VenueCandle, VenueCandles } from './venue-candle.ts'

/** Windows that lead and lag look back on, and for which a venue is waited for after its last candle. */
export const LOOK_BACK = 60

const MINUTE_MS = INTERVAL_MS['1m']
const BASIS_POINTS = 10_000

/** The candles of a window, by exchange. */
export type CandlesAt = (openTime: number) => VenueCandles | undefined

/** What a composite says but for what it is of and its revision. */
export type CompositeFigures = Pick<
  Composite,
  'price' | 'volume' | 'quoteVolume' | 'dispersionBps' | 'status' | 'venues' | 'missing'
>

const sumOf = (texts: readonly string[]): string => {
  const sum = new DecimalSum()
  for (const text of texts) sum.addText(text)
  return sum.toString()
}

const ratio = (dividend: string, divisor: string): number | null => {
  const result = Number(dividend) / Number(divisor)
  return divisor !== '0' && Number.isFinite(result) ? result : null
}

/** A difference of two prices, in basis points of a third. */
const inBps = (difference: number, price: number): number => (difference / price) * BASIS_POINTS

const dispersion = (traded: readonly VenueCandle[], price: number | null): number | null => {
  if (price === null || !(price > 0) || traded.length < 2) return null
  const closes = traded.map(({ close }) => Number(close))
  return inBps(Math.max(...closes) - Math.min(...closes), price)
}

const deviation = ({ close, volume }: VenueCandle, price: number | null): number | null =>
  volume === '0' || price === null || !(price > 0) ? null : inBps(Number(close) - price, price)

/** The windows that lead and lag look back on, oldest first, and the one before them. */
const windowTimes = (openTime: number): readonly number[] =>
  Array.from({ length: LOOK_BACK + 1 }, (_, n) => openTime - (LOOK_BACK - n) * MINUTE_MS)

const logReturn = (from: VenueCandle | undefined, to: VenueCandle | undefined): number | null => {
  const move = from && to ? Math.log(Number(to.close)) - Math.log(Number(from.close)) : Number.NaN
  return Number.isFinite(move) ? move : null
}

const movesOf = (windows: readonly (VenueCandles | undefined)[], exchange: string): Moves => {
  const candles = windows.map(window => window?.get(exchange))
  return {
    returns: candles.slice(1).map((candle, at) => logReturn(candles[at], candle)),
    volumes: candles.slice(1).map(candle => Number(candle?.volume ?? 0))
  }
}

const byName = (one: string, other: string): number => (one < other ? -1 : 1)

/** Who had a candle in the windows that lead and lag look back on, and none of this one. */
export const missingAt = (candlesAt: CandlesAt, openTime: number): readonly MissingVenue[] => {
  const ends = new Map<string, number>()
  for (const time of windowTimes(openTime))
    for (const exchange of candlesAt(time)?.keys() ?? []) ends.set(exchange, time + MINUTE_MS)
  return [...ends]
    .filter(([, end]) => end <= openTime)
    .sort(([one], [other]) => byName(one, other))
    .map(([exchange, end]) => ({ exchange, since: epochMs(end) }))
}

/** What is known of a window's venues beside their candles. */
type Beside = Pick<CompositeFigures, 'price' | 'volume'> & { readonly moves: ReadonlyMap<string, Moves> }

const venueOf = (exchange: string, candle: VenueCandle, { price, volume, moves }: Beside): CompositeVenue => {
  const others = [...moves].filter(([name]) => name !== exchange).map(([, other]) => other)
  return {
    exchange,
    close: candle.close,
    volume: candle.volume,
    quoteVolume: candle.quoteVolume,
    vwap: ratio(candle.quoteVolume, candle.volume),
    weight: ratio(candle.volume, volume),
    deviationBps: deviation(candle, price),
    ...leadOf(moves.get(exchange)?.returns ?? [], weightedReturns(others, LOOK_BACK)),
    status: candle.status,
    revision: candle.revision
  }
}

/** The composite of a window from the candles of its venues and of the hour before, in whatever order those came. */
export const compositeAt = (candlesAt: CandlesAt, openTime: number): CompositeFigures => {
  const windows = windowTimes(openTime).map(candlesAt)
  const candles = [...(windows.at(-1) ?? [])].sort(([one], [other]) => byName(one, other))
  const volume = sumOf(candles.map(([, candle]) => candle.volume))
  const quoteVolume = sumOf(candles.map(([, candle]) => candle.quoteVolume))
  const price = ratio(quoteVolume, volume)
  const moves = new Map(candles.map(([exchange]) => [exchange, movesOf(windows, exchange)]))
  const traded = candles.flatMap(([, candle]) => (candle.volume === '0' ? [] : [candle]))
  return {
    price,
    volume,
    quoteVolume,
    dispersionBps: dispersion(traded, price),
    status: weakestStatus(candles.map(([, { status }]) => status)),
    venues: candles.map(([exchange, candle]) => venueOf(exchange, candle, { price, volume, moves })),
    missing: missingAt(candlesAt, openTime)
  }
}
