/** Kraken spot, as its documentation writes it: https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/trade */

/** An answer to `subscribe` and `ping`: one a symbol. */
export type KrakenReply = {
  readonly method: 'subscribe' | 'pong'
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
  readonly channel: 'trade' | 'heartbeat' | 'status'
  readonly type?: 'snapshot' | 'update'
  readonly data?: readonly unknown[]
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

/** One pair of `AssetPairs`: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs */
export type KrakenPair = {
  /** `XBT/USD`: of the two kinds of names those of the first socket. */
  readonly wsname: string
  readonly altname: string
  readonly tick_size: string
  readonly lot_decimals: number
  readonly status: string
}
