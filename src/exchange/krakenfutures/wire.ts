/** Kraken Futures' socket and REST, as its documentation writes them: https://docs.kraken.com/exchange/api-reference/futures-websocket */

/** Every message of the socket: of a feed, or of an event. */
export type FuturesMessage = {
  readonly event?: string
  readonly feed?: string
  readonly product_id?: string
  readonly product_ids?: readonly string[]
  readonly message?: string
  /** Of `trade_snapshot`, newest first. */
  readonly trades?: readonly unknown[]
  /** Of `heartbeat`. */
  readonly time?: number
}

/** One trade of the feed `trade`, alone or in a snapshot. */
export type FuturesTrade = {
  readonly product_id: string
  readonly uid: string
  /** The taker's. */
  readonly side: 'buy' | 'sell'
  readonly type: 'fill' | 'liquidation' | 'termination' | 'block'
  /** One higher with each trade of a product. */
  readonly seq: number
  readonly time: number
  /** Of linear contracts in the base currency; of inverse ones their number. */
  readonly qty: number
  readonly price: number
}

/** One candle of `/api/charts/v1/trade`. */
export type FuturesCandle = {
  /** Of its beginning, in milliseconds. */
  readonly time: number
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
}

/** One of `instruments`: the fields that we read. */
export type FuturesInstrument = {
  readonly symbol: string
  /** `flexible_futures`: linear. */
  readonly type: string
  readonly base: string
  readonly quote: string
  readonly tradeable: boolean
  readonly tickSize: number
  readonly contractSize: number
  /** Decimals of a quantity; below 0: it is a multiple of a power of ten. */
  readonly contractValueTradePrecision: number
  /** ISO */
  readonly openingDate?: string
  /** Left out of perpetual ones. */
  readonly lastTradingTime?: string
}
