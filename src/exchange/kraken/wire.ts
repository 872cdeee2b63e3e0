/** Kraken spot, as its documentation writes it: https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/trade */

/** An answer to `subscribe` and `ping`: one a symbol. */
export type KrakenReply = {
  readonly method: 'subscribe' | 'unsubscribe' | 'pong'
  readonly success?: boolean
  readonly error?: string
  /** Of a subscription that was refused. */
  readonly symbol?: string
  readonly result?: { readonly channel: string; readonly symbol: string }
  readonly req_id?: number
  /** RFC 3339, when the request came in. */
  readonly time_in: string
}

/** A message of a channel. */
export type KrakenMessage = {
  readonly channel: 'trade' | 'book' | 'ohlc' | 'heartbeat' | 'status'
  readonly type?: 'snapshot' | 'update'
  readonly data?: readonly unknown[]
  /** Of `ohlc`: when it was sent. */
  readonly timestamp?: string
}

/** One trade of the `trade` channel; its digits are those of the instrument's precision. */
export type KrakenTrade = {
  readonly symbol: string
  /** The taker's. */
  readonly side: 'buy' | 'sell'
  readonly price: number
  readonly qty: number
  readonly ord_type: 'limit' | 'market'
  /** Consecutive for each symbol. */
  readonly trade_id: number
  /** RFC 3339 with six decimals. */
  readonly timestamp: string
}

/** A candle of 1m that forms: https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/ohlc */
export type KrakenCandle = {
  readonly symbol: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly trades: number
  /** In minutes. */
  readonly interval: number
  /** RFC 3339 with nine decimals. */
  readonly interval_begin: string
}

/** One level of a book: `qty` is absolute, and 0 removes it. */
export type KrakenLevel = { readonly price: number; readonly qty: number }

/** A book of the `book` channel, or what changed in it: https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/book */
export type KrakenBook = {
  readonly symbol: string
  readonly bids: readonly KrakenLevel[]
  readonly asks: readonly KrakenLevel[]
  /** CRC-32 of the best ten levels of both sides, once this is in the book. */
  readonly checksum: number
  readonly timestamp: string
}

/** One pair of `AssetPairs`: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs */
export type KrakenPair = {
  /** `XBT/USD`: of the two kinds of names those of the first socket. */
  readonly wsname: string
  readonly altname: string
  readonly tick_size: string
  readonly lot_decimals: number
  readonly ordermin: string
  readonly aclass_base: string
  readonly status: string
}
