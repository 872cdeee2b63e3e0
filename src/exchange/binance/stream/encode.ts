import type { Candle } from '../../../market/records/derived/candle.ts'
import type { Trade } from '../../../market/records/feed/trade.ts'

/**
 * Messages of Binance's streams, as its documentation and recorded frames write them:
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
 * Plain string building, since every value is a number or plain decimal text; prices and sizes get the eight decimals of the wire.
 */

const ZEROS = '00000000'

/** `"61837.63"` → `"61837.63000000"`; more than eight decimals stay as they are. */
export const wireDecimal = (decimal: string): string => {
  const point = decimal.indexOf('.')
  if (point < 0) return `${decimal}.${ZEROS}`
  return decimal + ZEROS.slice(decimal.length - point - 1)
}

/** What the wire says of a trade. */
export type WireTrade = Pick<Trade, 'id' | 'price' | 'quantity' | 'time' | 'side'>

/** Price and size of one level as plain decimals. */
export type WireLevel = readonly [string, string]

/** The best bid and ask as plain decimals, and the book's update id. */
export type WireTop = { readonly id: number; readonly bid: WireLevel; readonly ask: WireLevel }

/** What the wire says of a candle; ids are null when no trade was in it. */
export type WireCandle = Pick<
  Candle,
  | 'openTime'
  | 'closeTime'
  | 'open'
  | 'high'
  | 'low'
  | 'close'
  | 'volume'
  | 'quoteVolume'
  | 'tradeCount'
  | 'takerBuyVolume'
  | 'takerBuyQuoteVolume'
  | 'firstTradeId'
  | 'lastTradeId'
>

/** Rolling figures of a day: those of a candle and what came around it. */
export type WireDay = Omit<WireCandle, 'takerBuyVolume' | 'takerBuyQuoteVolume'> & {
  /** May be negative. */
  readonly change: string
  readonly changePct: string
  readonly averagePrice: string
  readonly previousClose: string
  readonly lastQuantity: string
  readonly top: WireTop
}

/** `<symbol>@trade`; `eventTime` in epoch ms, like all times. */
export const encodeTrade = (native: string, trade: WireTrade, eventTime: number): string =>
  `{"e":"trade","E":${eventTime},"s":"${native}","t":${trade.id},"p":"${wireDecimal(trade.price)}"` +
  `,"q":"${wireDecimal(trade.quantity)}","T":${trade.time},"m":${trade.side === 'sell'},"M":true}`

/** `<symbol>@aggTrade` of an aggregate with a single trade in it, which takes over the trade's id. */
export const encodeAggTrade = (native: string, trade: WireTrade, eventTime: number): string =>
  `{"e":"aggTrade","E":${eventTime},"s":"${native}","a":${trade.id},"p":"${wireDecimal(trade.price)}"` +
  `,"q":"${wireDecimal(trade.quantity)}","f":${trade.id},"l":${trade.id},"T":${trade.time},"m":${trade.side === 'sell'},"M":true}`

/** `<symbol>@kline_<interval>`; `closed`: the last message of its window. */
export const encodeKline = (
  native: string,
  interval: string,
  candle: WireCandle,
  eventTime: number,
  closed: boolean
): string =>
  `{"e":"kline","E":${eventTime},"s":"${native}","k":{"t":${candle.openTime},"T":${candle.closeTime - 1},"s":"${native}"` +
  `,"i":"${interval}","f":${candle.firstTradeId ?? -1},"L":${candle.lastTradeId ?? -1},"o":"${wireDecimal(candle.open)}"` +
  `,"c":"${wireDecimal(candle.close)}","h":"${wireDecimal(candle.high)}","l":"${wireDecimal(candle.low)}"` +
  `,"v":"${wireDecimal(candle.volume)}","n":${candle.tradeCount},"x":${closed},"q":"${wireDecimal(candle.quoteVolume)}"` +
  `,"V":"${wireDecimal(candle.takerBuyVolume)}","Q":"${wireDecimal(candle.takerBuyQuoteVolume)}","B":"0"}}`

/** `<symbol>@ticker` */
export const encodeTicker = (native: string, day: WireDay, eventTime: number): string =>
  `{"e":"24hrTicker","E":${eventTime},"s":"${native}","p":"${wireDecimal(day.change)}","P":"${day.changePct}"` +
  `,"w":"${wireDecimal(day.averagePrice)}","x":"${wireDecimal(day.previousClose)}","c":"${wireDecimal(day.close)}"` +
  `,"Q":"${wireDecimal(day.lastQuantity)}","b":"${wireDecimal(day.top.bid[0])}","B":"${wireDecimal(day.top.bid[1])}"` +
  `,"a":"${wireDecimal(day.top.ask[0])}","A":"${wireDecimal(day.top.ask[1])}","o":"${wireDecimal(day.open)}"` +
  `,"h":"${wireDecimal(day.high)}","l":"${wireDecimal(day.low)}","v":"${wireDecimal(day.volume)}"` +
  `,"q":"${wireDecimal(day.quoteVolume)}","O":${day.openTime},"C":${day.closeTime},"F":${day.firstTradeId ?? -1}` +
  `,"L":${day.lastTradeId ?? -1},"n":${day.tradeCount}}`

/** `<symbol>@bookTicker`: no event type and no time. */
export const encodeBookTicker = (native: string, { id, bid, ask }: WireTop): string =>
  `{"u":${id},"s":"${native}","b":"${wireDecimal(bid[0])}","B":"${wireDecimal(bid[1])}"` +
  `,"a":"${wireDecimal(ask[0])}","A":"${wireDecimal(ask[1])}"}`

const encodeLevels = (levels: readonly WireLevel[]): string =>
  `[${levels.map(([price, size]) => `["${wireDecimal(price)}","${wireDecimal(size)}"]`).join(',')}]`

/** `<symbol>@depth`, `<symbol>@depth@100ms`: updates `fromId..toId`; sizes are absolute, `0` removes a level. */
export const encodeDepthUpdate = (
  native: string,
  update: {
    readonly fromId: number
    readonly toId: number
    readonly bids: readonly WireLevel[]
    readonly asks: readonly WireLevel[]
  },
  eventTime: number
): string =>
  `{"e":"depthUpdate","E":${eventTime},"s":"${native}","U":${update.fromId},"u":${update.toId}` +
  `,"b":${encodeLevels(update.bids)},"a":${encodeLevels(update.asks)}}`

/** `<symbol>@depth5|10|20` and `GET /api/v3/depth`: no symbol and no time. */
export const encodeBook = (id: number, bids: readonly WireLevel[], asks: readonly WireLevel[]): string =>
  `{"lastUpdateId":${id},"bids":${encodeLevels(bids)},"asks":${encodeLevels(asks)}}`
