/** Bitstamp's socket and REST, as its documentation writes them: https://www.bitstamp.net/websocket/v2/ and https://www.bitstamp.net/api/ */

/** Every message of the socket. */
export type BitstampMessage = { readonly event: string; readonly channel: string; readonly data: unknown }

/** `trade` on `live_trades_<pair>`. */
export type BitstampTrade = {
  /** Of all pairs together: it goes up, with gaps. */
  readonly id: number
  readonly amount_str: string
  readonly price_str: string
  /** The taker bought: 0, or sold: 1. */
  readonly type: 0 | 1
  /** Microseconds. */
  readonly microtimestamp: string
}

/** One trade of `transactions`. */
export type BitstampTransaction = {
  readonly tid: string
  readonly amount: string
  readonly price: string
  readonly type: '0' | '1'
  /** Whole seconds. */
  readonly date: string
}

/** One candle of `ohlc`. */
export type BitstampCandle = {
  /** Of its beginning, in whole seconds. */
  readonly timestamp: string
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
}

/** One of `trading-pairs-info`: the fields that we read. */
export type BitstampPair = {
  /** `BTC/USD` */
  readonly name: string
  readonly url_symbol: string
  readonly base_decimals: number
  readonly counter_decimals: number
  readonly trading: string
}
