/** Hyperliquid's socket and `/info`, as its documentation writes them: https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api */

/** Every message of the socket. */
export type HyperliquidMessage = { readonly channel: string; readonly data?: unknown }

/** One trade of `trades` and `recentTrades`. */
export type HyperliquidTrade = {
  readonly coin: string
  /** The taker bought (bid), or sold (ask). */
  readonly side: 'B' | 'A'
  readonly px: string
  readonly sz: string
  readonly time: number
  /** A hash of 50 bits: it has no order. */
  readonly tid: number
}

/** One candle of `candleSnapshot`. */
export type HyperliquidCandle = {
  /** Its first and its last millisecond. */
  readonly t: number
  readonly T: number
  readonly s: string
  readonly i: string
  readonly o: string
  readonly h: string
  readonly l: string
  readonly c: string
  /** In the base currency. */
  readonly v: string
  /** How many trades it holds. */
  readonly n: number
}

/** What is subscribed, and repeated by `subscriptionResponse`. */
export type HyperliquidSubscription = {
  readonly type: 'trades'
  readonly coin: string
}

/** `meta`: the perpetuals of one of its exchanges. */
export type HyperliquidMeta = {
  readonly universe: readonly HyperliquidPerpetual[]
  /** What they are quoted and settled in; 0, or left out: USDC. */
  readonly collateralToken?: number
}

export type HyperliquidPerpetual = {
  readonly name: string
  readonly szDecimals: number
  readonly isDelisted?: boolean | null
}
