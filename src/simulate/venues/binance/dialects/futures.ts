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
import type { Dialect } from './dialect.ts'

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

/** What only one of the markets tells of an aggregate: behind its size, and at the end of a message of the stream. */
type MoreOfAggregate = { readonly sizes: (quantity: string) => string; readonly end: string }

/** What stands in the stream and in history. */
const aggregateFields = (listing: Listing, print: Print, more: MoreOfAggregate): string => {
  const { id, price, quantity, time, side } = wireTrade(listing, print)
  return (
    `"p":"${price}","q":"${quantity}"${more.sizes(quantity)},"f":${firstPrint(Number(id))},"l":${lastPrint(listing, Number(id))}` +
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

/** What only one of the markets tells of a contract. */
type ContractFields = (listing: Listing, status: string) => Readonly<Record<string, unknown>>

const contract =
  (own: ContractFields) =>
  (listing: Listing, status: MarketStatus): string => {
    const { native, base, quote, priceDigits, quantityDigits } = listing
    return JSON.stringify({
      symbol: native,
      pair: base + quote,
      contractType: /_\d/.test(native) ? 'CURRENT_QUARTER' : 'PERPETUAL',
      ...own(listing, STATUS[status]),
      baseAsset: base,
      quoteAsset: quote,
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

/** What a futures market has of its own. */
type FuturesMarket = {
  /** `/fapi/v1/` */
  readonly prefix: string
  readonly asked: Dialect['asked']
  readonly contract: ContractFields
  readonly aggregate: MoreOfAggregate
}

/** What both futures markets have alike. */
export const futuresDialect = ({ prefix, asked, contract: own, aggregate }: FuturesMarket): Dialect => ({
  asked,
  wrapsErrors: true,
  messagesPerSecond: 10,
  tradeStreams: ['aggTrade'],
  countOf,
  streamData: (channel, data) => {
    if (channel === 'trade') return null
    return channel === 'depth@100ms' ? futuresDepth(data) : data
  },
  encodeAggregate: (listing, print, eventTime) =>
    `{"e":"aggTrade","E":${eventTime},"a":${print.id},"s":"${listing.native}",${aggregateFields(listing, print, aggregate)}` +
    `${aggregate.end}}`,
  encodeKline: (listing, interval, candle, { eventTime, closed }) =>
    encodeKline(listing.native, interval, numberedByPrints(listing, candle), eventTime, closed),
  encodeTicker: (listing, day, eventTime) =>
    encodeTicker(listing.native, numberedByPrints(listing, day), eventTime).replace(/"(?:x|[bBaA])":"[^"]*",/g, ''),
  rest: {
    prefix,
    weightPerMinute: WEIGHT_PER_MINUTE,
    routes: {
      ping: fixed(1, () => '{}'),
      time: fixed(1, timeBody),
      // It gives all, whatever it is asked for.
      exchangeInfo: fixed(1, venue => exchangeInfoBody(WEIGHT_PER_MINUTE, contract(own))(venue, new URLSearchParams())),
      aggTrades: fixed(20, (venue, query) =>
        aggTradesBody(
          venue,
          query,
          (listing, print) => `{"a":${print.id},${aggregateFields(listing, print, aggregate)}}`
        )
      ),
      klines: byLimit(KLINE_WEIGHTS, klinesBody),
      depth: byLimit(DEPTH_WEIGHTS, depthBody)
    }
  }
})
