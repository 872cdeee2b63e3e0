/** Coinbase Exchange, as its documentation writes it: https://docs.cdp.coinbase.com/exchange/websocket-feed/channels */

/** `matches`; the first one of a subscription is the newest trade from before it. */
export type CoinbaseMatch = {
  readonly type: 'match' | 'last_match'
  /** Consecutive for each product. */
  readonly trade_id: number
  /** The MAKER's: a buy order in the book was hit, so the taker sold. */
  readonly side: 'buy' | 'sell'
  readonly size: string
  readonly price: string
  readonly product_id: string
  /** ISO with six decimals. */
  readonly time: string
}

/** `heartbeat`, once a second for each product. */
export type CoinbaseHeartbeat = {
  readonly type: 'heartbeat'
  readonly last_trade_id: number
  readonly product_id: string
  readonly time: string
}

/** The answer to a subscription: all that is subscribed by now, in all channels. */
export type CoinbaseSubscriptions = {
  readonly type: 'subscriptions'
  readonly channels: readonly { readonly name: string; readonly product_ids: readonly string[] }[]
}

export type CoinbaseError = { readonly type: 'error'; readonly message: string; readonly reason?: string }

/** One trade of `GET /products/{id}/trades`: https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-trades */
export type CoinbaseHistoricalTrade = Pick<CoinbaseMatch, 'trade_id' | 'side' | 'size' | 'price' | 'time'>

/** One of `GET /products`: https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-all-known-trading-pairs */
export type CoinbaseProduct = {
  readonly id: string
  readonly base_currency: string
  readonly quote_currency: string
  /** Of prices. */
  readonly quote_increment: string
  /** Of quantities. */
  readonly base_increment: string
  /** No longer in newer answers. */
  readonly base_min_size?: string
  readonly status: string
  readonly trading_disabled: boolean
  readonly cancel_only: boolean
  readonly post_only: boolean
  readonly auction_mode: boolean
}
