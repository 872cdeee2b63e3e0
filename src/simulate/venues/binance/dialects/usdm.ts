import { encodeKline, encodeTicker, type WireCandle } from '../../../../exchange/binance/stream/encode.ts'
import type { MarketStatus } from '../../../exchange/venue.ts'
import { fixedText } from '../../../market/fixed-text.ts'
import type { Listing } from '../../../market/listing.ts'
import type { Print } from '../../../market/market.ts'
import { printHash } from '../../../market/seeded-random.ts'
import { wireTrade } from '../../../market/wire-text.ts'
import { depthBody, exchangeInfoBody, klinesBody, timeBody } from '../rest/rest-bodies.ts'
import { aggTradesBody } from '../rest/rest-trades.ts'
import { byLimit, fixed } from '../rest/route.ts'
import { askedAt, type Dialect } from './dialect.ts'

const WEIGHT_PER_MINUTE = 2_400
/** The exchange numbers prints that it publishes nowhere too: an aggregate uses up to three of four numbers. */
const [NUMBERS, MAX_PRINTS] = [4, 3]
/** Update ids of the book have gaps as well. */
const SKIPPED_UPDATES = 2
const STATUS: Readonly<Record<MarketStatus, string>> = { TRADING: 'TRADING', HALT: 'PRE_SETTLE', BREAK: 'SETTLING' }

/** How many prints an aggregate holds. */
const countOf = ({ native }: Listing, { id }: Pick<Print, 'id'>): number => 1 + (printHash(native, id) % MAX_PRINTS)

const firstPrint = (id: number): number => id * NUMBERS
const lastPrint = (listing: Listing, id: number): number => firstPrint(id) + countOf(listing, { id }) - 1

/** What stands in the stream and in history; `nq`: without the orders of retail price improvement, of which there are none. */
const aggregateFields = (listing: Listing, print: Print): string => {
  const { id, price, quantity, time, side } = wireTrade(listing, print)
  return (
    `"p":"${price}","q":"${quantity}","nq":"${quantity}","f":${firstPrint(Number(id))},"l":${lastPrint(listing, Number(id))}` +
    `,"T":${time},"m":${side === 'sell'}`
  )
}

const numberedByPrints = <C extends Pick<WireCandle, 'firstTradeId' | 'lastTradeId'>>(
  listing: Listing,
  candle: C
): C => ({
  ...candle,
  firstTradeId: candle.firstTradeId && String(firstPrint(Number(candle.firstTradeId))),
  lastTradeId: candle.lastTradeId && String(lastPrint(listing, Number(candle.lastTradeId)))
})

/** `pu` is the last update of the message before. */
const futuresDepth = (data: string): string =>
  data.replace(
    /"E":(\d+)(.*?)"U":(\d+),"u":(\d+)/,
    (_, event, between, from, to) =>
      `"E":${event},"T":${event}${between}"U":${Math.min(Number(to), Number(from) + SKIPPED_UPDATES)},"u":${to},"pu":${Number(from) - 1}`
  )

/** Books on the one route, all else on the other. */
const isOfBooks = (stream: string): boolean => /@(?:depth|bookTicker)/.test(stream)

const ROUTE = /^\/(public|market)(\/.*)$/

const contract = (listing: Listing, status: MarketStatus): string => {
  const { native, base, quote, priceDigits, quantityDigits } = listing
  return JSON.stringify({
    symbol: native,
    pair: base + quote,
    contractType: native.includes('_') ? 'CURRENT_QUARTER' : 'PERPETUAL',
    status: STATUS[status],
    baseAsset: base,
    quoteAsset: quote,
    marginAsset: quote,
    pricePrecision: priceDigits,
    quantityPrecision: quantityDigits,
    underlyingType: 'COIN',
    filters: [
      { filterType: 'PRICE_FILTER', tickSize: fixedText(1, priceDigits) },
      { filterType: 'LOT_SIZE', stepSize: fixedText(1, quantityDigits) }
    ]
  })
}

const KLINE_WEIGHTS = {
  usual: 500,
  steps: [
    [99, 1],
    [499, 2],
    [1_000, 5]
  ],
  beyond: 10
} as const
const DEPTH_WEIGHTS = {
  usual: 500,
  steps: [
    [50, 2],
    [100, 5],
    [500, 10]
  ],
  beyond: 20
} as const

/** USD-M futures: `/public/…`, `/market/…`, and `/fapi/v1/`. What is asked for on the wrong route is confirmed and never comes. */
export const binanceUsdm: Dialect = {
  asked: ({ pathname, searchParams }) => {
    const [, route, path = pathname] = ROUTE.exec(pathname) ?? []
    const asked = askedAt(path, searchParams)
    const carries = (stream: string): boolean => route === (isOfBooks(stream) ? 'public' : 'market')
    return asked && { ...asked, carries }
  },
  wrapsErrors: true,
  messagesPerSecond: 10,
  tradeStreams: ['aggTrade'],
  countOf,
  streamData: (channel, data) => {
    if (channel === 'trade') return null
    return channel === 'depth@100ms' ? futuresDepth(data) : data
  },
  encodeAggregate: (listing, print, eventTime) =>
    `{"e":"aggTrade","E":${eventTime},"a":${print.id},"s":"${listing.native}",${aggregateFields(listing, print)},"st":1}`,
  encodeKline: (listing, interval, candle, { eventTime, closed }) =>
    encodeKline(listing.native, interval, numberedByPrints(listing, candle), eventTime, closed),
  encodeTicker: (listing, day, eventTime) =>
    encodeTicker(listing.native, numberedByPrints(listing, day), eventTime).replace(/"(?:x|[bBaA])":"[^"]*",/g, ''),
  rest: {
    prefix: '/fapi/v1/',
    weightPerMinute: WEIGHT_PER_MINUTE,
    routes: {
      ping: fixed(1, () => '{}'),
      time: fixed(1, timeBody),
      // It gives all, whatever it is asked for.
      exchangeInfo: fixed(1, venue => exchangeInfoBody(WEIGHT_PER_MINUTE, contract)(venue, new URLSearchParams())),
      aggTrades: fixed(20, (venue, query) =>
        aggTradesBody(venue, query, (listing, print) => `{"a":${print.id},${aggregateFields(listing, print)}}`)
      ),
      klines: byLimit(KLINE_WEIGHTS, klinesBody),
      depth: byLimit(DEPTH_WEIGHTS, depthBody)
    }
  }
}
