import type { WireCandle } from '../../../exchange/binance/stream/encode.ts'
import { candlePage } from '../../exchange/candle-page.ts'
import type { Listed, MarketStatus, Venue } from '../../exchange/venue.ts'
import { fixedText } from '../../market/fixed-text.ts'
import type { Print } from '../../market/market.ts'
import { numberOf } from '../messages.ts'
import { newestBefore, oldestFrom, priceOf, quantityOf } from '../prints.ts'
import type { VenueAnswer, VenueProtocol } from '../venue-protocol.ts'
import { findPair, isTokenized, pairNames } from './kraken-names.ts'

const PAGE = 1_000
const CANDLES = 720
const MINUTES = [1, 5, 15, 30, 60, 240, 1_440, 10_080, 21_600]
const STATUS: Readonly<Record<MarketStatus, string>> = { TRADING: 'online', HALT: 'cancel_only', BREAK: 'post_only' }
const NS_PER_MS = 1_000_000n

const ok = (result: string): VenueAnswer => ({ status: 200, body: `{"error":[],"result":${result}}` })
const refused = (error: string): VenueAnswer => ({ status: 200, body: JSON.stringify({ error: [error] }) })

/** `since` in nanoseconds, or in seconds where it is short. */
const sinceOf = (query: URLSearchParams): bigint | null => {
  const text = query.get('since')
  if (text === null || !/^\d{1,20}$/.test(text)) return null
  return text.length > 12 ? BigInt(text) : BigInt(text) * 1_000n * NS_PER_MS
}

/** Numbers have as many decimals as the pair, quantities eight. */
const row = ({ feed: { listing } }: Listed, print: Print): string =>
  `["${priceOf(listing, print)}","${quantityOf(listing, print)}",${print.time / 1_000},"${print.sell ? 's' : 'b'}","l","",${print.id}]`

/** Those printed after `since`, the oldest of them; without it the newest. */
const trades = (venue: Venue, listed: Listed, query: URLSearchParams): VenueAnswer => {
  const since = sinceOf(query)
  const count = Math.min(PAGE, Math.max(1, numberOf(query, 'count') ?? PAGE))
  const { feed } = listed
  const prints =
    since === null
      ? newestBefore(venue, listed, feed.endId(), count)
      : oldestFrom(venue, listed, feed.idAt(Number(since / NS_PER_MS) + 1), count)
  const newest = prints.at(-1)
  const last = newest ? BigInt(newest.time) * NS_PER_MS : (since ?? BigInt(venue.now()) * NS_PER_MS)
  const rows = prints.map(print => row(listed, print)).join(',')
  return ok(`{"${pairNames(feed.listing.symbol).key}":[${rows}],"last":"${last}"}`)
}

/** `[time, open, high, low, close, vwap, volume, count]`; a quiet window has no average price. */
const candleRow = ({ feed: { listing } }: Listed, candle: WireCandle): string => {
  const isQuiet = candle.tradeCount === 0
  const average = isQuiet ? '0.0' : (Number(candle.quoteVolume) / Number(candle.volume)).toFixed(listing.priceDigits)
  const volume = isQuiet ? fixedText(0, listing.quantityDigits) : candle.volume
  return `[${candle.openTime / 1_000},"${candle.open}","${candle.high}","${candle.low}","${candle.close}","${average}","${volume}",${candle.tradeCount}]`
}

/** The newest 720, the last of which still forms; those that open after `since`, in seconds. */
const candles = async (venue: Venue, listed: Listed, query: URLSearchParams): Promise<VenueAnswer> => {
  const minutes = numberOf(query, 'interval') ?? 1
  if (!MINUTES.includes(minutes)) return refused('EGeneral:Invalid arguments')
  const length = minutes * 60_000
  const since = (numberOf(query, 'since') ?? 0) * 1_000
  const newest = { length, startTime: null, endTime: null, limit: CANDLES }
  const page = (await candlePage(listed, venue.now(), newest, venue.pause)).filter(({ openTime }) => openTime > since)
  const rows = page.map(candle => candleRow(listed, candle)).join(',')
  const last = (page.at(-2)?.openTime ?? since) / 1_000
  return ok(`{"${pairNames(listed.feed.listing.symbol).key}":[${rows}],"last":${last}}`)
}

const pair = (venue: Venue, { feed: { listing } }: Listed): readonly [string, object] => {
  const { key, altname, wsname, base, quote } = pairNames(listing.symbol)
  const about = {
    altname,
    wsname,
    aclass_base: isTokenized(listing.symbol) ? 'tokenized_asset' : 'currency',
    base,
    aclass_quote: 'currency',
    quote: `Z${quote}`,
    lot: 'unit',
    cost_decimals: 5,
    pair_decimals: listing.priceDigits,
    lot_decimals: listing.quantityDigits,
    lot_multiplier: 1,
    ordermin: fixedText(1, listing.quantityDigits),
    costmin: '0.5',
    tick_size: fixedText(1, listing.priceDigits),
    status: STATUS[venue.statusOf(listing.native)]
  }
  return [key, about]
}

/** All of a kind, or those that are named; one that is not known is an error of the whole request. */
const pairs = (venue: Venue, query: URLSearchParams): VenueAnswer => {
  const tokenized = query.get('aclass_base') === 'tokenized_asset'
  const names = query.get('pair')?.split(',')
  const all = [...venue.listed].filter(([symbol]) => isTokenized(symbol) === tokenized).map(([, listed]) => listed)
  const asked = names?.map(name => findPair(venue, name, tokenized)) ?? all
  const listings = asked.filter(listed => listed !== undefined)
  if (listings.length < asked.length) return refused('EQuery:Unknown asset pair')
  return ok(JSON.stringify(Object.fromEntries(listings.map(listed => pair(venue, listed)))))
}

const time = (venue: Venue): VenueAnswer =>
  ok(JSON.stringify({ unixtime: Math.floor(venue.now() / 1_000), rfc1123: new Date(venue.now()).toUTCString() }))

const status = (venue: Venue): VenueAnswer =>
  ok(JSON.stringify({ status: 'online', timestamp: new Date(venue.now()).toISOString() }))

const ABOUT_ALL: Readonly<Record<string, (venue: Venue, query: URLSearchParams) => VenueAnswer>> = {
  Time: time,
  SystemStatus: status,
  AssetPairs: pairs
}
const ABOUT_ONE: Readonly<
  Record<string, (venue: Venue, listed: Listed, query: URLSearchParams) => VenueAnswer | Promise<VenueAnswer>>
> = { Trades: trades, OHLC: candles }

/** https://docs.kraken.com/api/docs/rest-api/get-server-time and its neighbours; errors come with status 200. */
export const krakenRest: VenueProtocol['rest'] = {
  limit: { max: 15, perMs: 10_000 },
  costOf: () => 1,
  answer: ({ url }, venue) => {
    const name = /^\/0\/public\/(\w+)$/.exec(url.pathname)?.[1] ?? ''
    const query = url.searchParams
    if (Object.hasOwn(ABOUT_ALL, name)) return ABOUT_ALL[name]!(venue, query)
    if (!Object.hasOwn(ABOUT_ONE, name)) return refused('EGeneral:Unknown method')
    const listed = findPair(venue, query.get('pair') ?? '', query.get('asset_class') === 'tokenized_asset')
    return listed ? ABOUT_ONE[name]!(venue, listed, query) : refused('EQuery:Unknown asset pair')
  },
  tooMany: () => refused('EGeneral:Too many requests'),
  outOfOrder: refused('EService:Unavailable')
}
