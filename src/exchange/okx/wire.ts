/** OKX v5, as its documentation writes it: https://www.okx.com/docs-v5/en/#overview-websocket */

/** What a message is about. */
type OkxArgument = { readonly channel: string; readonly instId: string }

export type OkxMessage = { readonly arg: OkxArgument; readonly data: readonly unknown[] }

/** One trade of `trades-all` and `history-trades`: https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-all-trades-channel */
export type OkxTrade = {
  readonly instId: string
  readonly tradeId: string
  readonly px: string
  readonly sz: string
  /** The taker's. */
  readonly side: 'buy' | 'sell'
  /** `1`: of the program for enhanced liquidity; left out of older trades. */
  readonly source?: string
  readonly ts: string
}

/** An answer to a control message, or a notice. */
export type OkxEvent = {
  readonly id?: string
  readonly event: 'subscribe' | 'error' | 'notice'
  readonly arg?: OkxArgument
  readonly code?: string
  readonly msg?: string
}

/** One of `instruments`: the fields that we read. https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments */
export type OkxInstrument = {
  readonly instId: string
  readonly baseCcy: string
  readonly quoteCcy: string
  readonly tickSz: string
  readonly lotSz: string
  readonly minSz: string
  readonly state: string
  readonly listTime: string
  /** When it will be taken off; empty: nothing is said of that. */
  readonly expTime: string
  readonly instType: string
  /** Those below are of contracts alone, and empty otherwise. `BTC-USDT`: what baseCcy and quoteCcy are elsewhere. */
  readonly uly?: string
  readonly settleCcy?: string
  /** What a contract holds, in which currency, and how many times that. */
  readonly ctVal?: string
  readonly ctValCcy?: string
  readonly ctMult?: string
}
