import type { Listed, Venue } from '../../exchange/venue.ts'
import { fixedText } from '../../market/fixed-text.ts'
import { fromCloseBefore, MINUTE, newestCandles } from '../candles.ts'
import { numberOf } from '../messages.ts'
import { newestBefore, priceOf, quantityOf } from '../prints.ts'
import type { VenueAnswer, VenueProtocol } from '../venue-protocol.ts'
import { krakenFuturesSockets } from './kraken-futures-sockets.ts'
import { isInverse, nativeOf, uidOf } from './kraken-futures-words.ts'

const SECOND = 1_000
const LENGTHS: Readonly<Record<string, number>> = {
  '1m': MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': 60 * MINUTE,
  '4h': 240 * MINUTE,
  '12h': 720 * MINUTE,
  '1d': 1_440 * MINUTE
}
const [MAX_CANDLES, MAX_TRADES] = [2_000, 100]

const ok = (venue: Venue, result: object): VenueAnswer => ({
  status: 200,
  body: JSON.stringify({ result: 'success', ...result, serverTime: new Date(venue.now()).toISOString() })
})
const refused = (status: number, error: string): VenueAnswer => ({
  status,
  body: JSON.stringify({ result: 'error', error })
})

/** The newest first. They do not have the `seq` of the socket: `trade_id` counts within the page. */
const history = (venue: Venue, listed: Listed): VenueAnswer => {
  const { listing } = listed.feed
  const prints = newestBefore(venue, listed, listed.feed.endId(), MAX_TRADES)
  const rows = prints.map((print, index) => ({
    ...{ time: new Date(print.time).toISOString(), trade_id: index + 1, price: Number(priceOf(listing, print)) },
    ...{ size: Number(quantityOf(listing, print)), side: print.sell ? 'sell' : 'buy', type: 'fill' },
    uid: uidOf(listing.native, print.id)
  }))
  return ok(venue, { history: rows.toReversed() })
}

/** Oldest first, in seconds, both ends inclusive; of inverse contracts the volume is their number. */
const candles = async (venue: Venue, listed: Listed, resolution: string, query: URLSearchParams) => {
  const length = LENGTHS[resolution]
  if (!length) return refused(404, 'notFound')
  const timeOf = (name: string): number | null => {
    const seconds = numberOf(query, name)
    return seconds === null ? null : seconds * SECOND
  }
  const range = { length, start: timeOf('from'), end: timeOf('to'), limit: MAX_CANDLES }
  const page = (await newestCandles(venue, listed, range)).map(candle => fromCloseBefore(listed, candle))
  const rows = page.map(({ openTime, open, high, low, close, volume }) => ({
    ...{ time: openTime, open, high, low, close, volume }
  }))
  return { status: 200, body: JSON.stringify({ candles: rows, more_candles: false }) }
}

const instrument = (venue: Venue, { feed: { listing } }: Listed) => ({
  symbol: listing.native,
  type: isInverse(listing.native) ? 'futures_inverse' : 'flexible_futures',
  tickSize: Number(fixedText(1, listing.priceDigits)),
  contractSize: listing.contractSize ?? 1,
  tradeable: venue.statusOf(listing.native) === 'TRADING',
  contractValueTradePrecision: listing.quantityDigits,
  base: listing.base,
  quote: listing.quote,
  pair: `${listing.base}:${listing.quote}`,
  ...(listing.native.startsWith('FI_') && { lastTradingTime: endingOf(listing.native) })
})

/** `FI_XBTUSD_261225` ends at eight in the morning of that day. */
const endingOf = (native: string): string => {
  const [, year, month, day] = /(\d\d)(\d\d)(\d\d)$/.exec(native) ?? []
  return `20${year}-${month}-${day}T08:00:00Z`
}

const CHARTS = /^\/api\/charts\/v1\/trade\/([^/]+)\/([^/]+)$/
const API = /^\/derivatives\/api\/v3\/(\w+)(?:\/([^/]+))?$/

const listedAs = (venue: Venue, name: string | null | undefined): Listed | undefined =>
  venue.listed.get(decodeURIComponent(name ?? ''))

const answer: VenueProtocol['rest']['answer'] = ({ url: { pathname, searchParams } }, venue) => {
  const [, product, resolution = ''] = CHARTS.exec(pathname) ?? []
  const [, name, ticker] = API.exec(pathname) ?? []
  if (name === 'instruments')
    return ok(venue, { instruments: [...venue.listed.values()].map(listed => instrument(venue, listed)) })
  const listed = listedAs(venue, product ?? ticker ?? searchParams.get('symbol'))
  if (!listed) return refused(200, 'notFound')
  if (product !== undefined) return candles(venue, listed, resolution, searchParams)
  if (name === 'history') return history(venue, listed)
  return name === 'tickers' ? ok(venue, { ticker: { symbol: listed.feed.listing.native } }) : refused(404, 'notFound')
}

/** Kraken Futures, linear and inverse: https://docs.kraken.com/api-reference/instrument-details/get-instruments and its neighbours. */
export const krakenFutures: VenueProtocol = {
  id: 'krakenfutures',
  nativeOf,
  usual: ['BTC/USD:USD', 'ETH/USD:USD'],
  sockets: krakenFuturesSockets,
  rest: {
    limit: { max: 100, perMs: SECOND },
    costOf: () => 1,
    answer,
    tooMany: () => refused(429, 'apiLimitExceeded'),
    outOfOrder: refused(503, 'Unavailable')
  }
}
