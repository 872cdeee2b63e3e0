/** Deribit's JSON-RPC, as its documentation writes it: https://docs.deribit.com/ */

/** One trade of `trades.NAME.100ms` and `get_last_trades_by_instrument`: https://docs.deribit.com/subscriptions/trades/tradesinstrument_nameinterval */
export type DeribitTrade = {
  readonly instrument_name: string
  readonly trade_id: string
  /** One higher with each trade of an instrument. */
  readonly trade_seq: number
  readonly timestamp: number
  readonly price: number
  /** In the base currency; of contracts that are settled in it, in dollars. */
  readonly amount: number
  /** The taker's. */
  readonly direction: 'buy' | 'sell'
  /** M, T or MT: who was liquidated. */
  readonly liquidation?: string
  readonly block_trade_id?: string
  /** A leg of a combination, which is printed under its own name as well. */
  readonly combo_trade_id?: string
}

/** One candle of `chart.trades.NAME.1`. */
export type DeribitCandle = {
  readonly tick: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** In the base currency, of contracts that are settled in it rounded; and in the quote currency. */
  readonly volume: number
  readonly cost: number
}

/** The answer to a request. */
export type DeribitReply = {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
  /** When it was answered, in microseconds. */
  readonly usOut?: number
}
