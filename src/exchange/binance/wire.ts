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

/**
 * `<symbol>@aggTrade` and `GET /fapi/v1/aggTrades`: the fields that we read.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Aggregate-Trade-Streams
 */
export type BinanceAggregate = {
  /** Its number: one higher with each aggregate of an instrument. */
  readonly a: number
  readonly p: string
  readonly q: string
  /** Ids of its first and its last print. */
  readonly f: number
  readonly l: number
  readonly T: number
  readonly m: boolean
}

/** `[price, quantity]` */
type BinanceLevel = readonly [string, string]

/** `<symbol>@depth@100ms` */
export type BinanceDepthUpdate = {
  readonly e: 'depthUpdate'
  readonly E: number
  readonly s: string
  /** Update ids from `U` to `u`. */
  readonly U: number
  readonly u: number
  readonly b: readonly BinanceLevel[]
  readonly a: readonly BinanceLevel[]
}

/** `GET /api/v3/depth`: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints */
export type BinanceDepthSnapshot = {
  readonly lastUpdateId: number
  readonly bids: readonly BinanceLevel[]
  readonly asks: readonly BinanceLevel[]
}

/** `<symbol>@ticker`: the fields that we read. */
export type BinanceTicker = {
  readonly e: '24hrTicker'
  readonly E: number
  readonly s: string
  /** Last price, open, high, low. */
  readonly c: string
  readonly o: string
  readonly h: string
  readonly l: string
  /** Best bid and ask. */
  readonly b: string
  readonly a: string
  /** Volume in base and quote. */
  readonly v: string
  readonly q: string
  /** Number of trades. */
  readonly n: number
}

/** `<symbol>@kline_1m`; times in milliseconds, `k.T` inclusive. */
export type BinanceKline = {
  readonly e: 'kline'
  readonly E: number
  readonly s: string
  readonly k: {
    readonly t: number
    readonly T: number
    readonly i: string
    /** Open, high, low, close. */
    readonly o: string
    readonly h: string
    readonly l: string
    readonly c: string
    /** Volume in base and quote, and that of takers who bought. */
    readonly v: string
    readonly q: string
    readonly V: string
    readonly Q: string
    /** Number of trades. */
    readonly n: number
    /** True for the last message of the window. */
    readonly x: boolean
  }
}

/** One of `symbols` of `GET /api/v3/exchangeInfo`, `GET /fapi/v1/exchangeInfo` and `GET /dapi/v1/exchangeInfo`: the fields that we read. */
export type BinanceSymbol = {
  readonly symbol: string
  readonly status?: string
  /** Of futures that are settled in their base currency: its state, and how much of the quote currency a contract holds. */
  readonly contractStatus?: string
  readonly contractSize?: number
  readonly baseAsset: string
  readonly quoteAsset: string
  /** Of futures. */
  readonly marginAsset?: string
  readonly contractType?: string
  readonly underlyingType?: string
  readonly onboardDate?: number
  /** Of a perpetual one that is to be delisted: that day; of others a day in 2100. */
  readonly deliveryDate?: number
  readonly filters: readonly {
    readonly filterType: string
    readonly tickSize?: string
    readonly stepSize?: string
    readonly minQty?: string
  }[]
}
