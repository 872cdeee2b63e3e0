/** Binance spot, as its documentation writes it: https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */

/** `<symbol>@trade` */
export type BinanceTrade = {
  readonly e: 'trade'
  readonly E: number
  readonly s: string
  readonly t: number
  readonly p: string
  readonly q: string
  readonly T: number
  /** The buyer is the maker, so the taker sold. */
  readonly m: boolean
  readonly M: boolean
}

/** `GET /api/v3/historicalTrades`: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints */
export type BinanceHistoricalTrade = {
  readonly id: number
  readonly price: string
  readonly qty: string
  readonly quoteQty: string
  readonly time: number
  readonly isBuyerMaker: boolean
  readonly isBestMatch: boolean
}
