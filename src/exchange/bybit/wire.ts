/** Bybit v5, as its documentation writes it: https://bybit-exchange.github.io/docs/v5/ws/connect */

/** A message about one topic: `publicTrade.BTCUSDT`, `kline.1.BTCUSDT`. */
export type BybitMessage = {
  readonly topic: string
  readonly type: 'snapshot' | 'delta'
  /** When it was made. */
  readonly ts: number
  readonly data: readonly unknown[]
}

/** One trade of `publicTrade`: https://bybit-exchange.github.io/docs/v5/websocket/public/trade */
export type BybitTrade = {
  readonly T: number
  readonly s: string
  /** The taker's side. */
  readonly S: 'Buy' | 'Sell'
  readonly v: string
  readonly p: string
  /** A UUID, or a number of 19 digits. */
  readonly i: string
  /** A block trade. */
  readonly BT: boolean
  /** A retail price improvement; younger than the stream itself. */
  readonly RPI?: boolean
}

/** One candle of `kline`: https://bybit-exchange.github.io/docs/v5/websocket/public/kline */
export type BybitKline = {
  readonly start: number
  readonly end: number
  readonly interval: string
  readonly open: string
  readonly close: string
  readonly high: string
  readonly low: string
  readonly volume: string
  /** Volume in the quote currency. */
  readonly turnover: string
  readonly confirm: boolean
}

/** The answer to a control message, and to a ping. */
export type BybitReply = {
  readonly success: boolean
  readonly ret_msg: string
  readonly req_id?: string
  readonly op: string
}

/** One trade of `recent-trade`: https://bybit-exchange.github.io/docs/v5/market/recent-trade */
export type BybitRecentTrade = {
  readonly execId: string
  readonly symbol: string
  readonly price: string
  readonly size: string
  readonly side: 'Buy' | 'Sell'
  readonly time: string
  readonly isBlockTrade: boolean
  readonly isRPITrade?: boolean
}

/** One of `instruments-info`: the fields that we read. https://bybit-exchange.github.io/docs/v5/market/instrument */
export type BybitInstrument = {
  readonly symbol: string
  readonly baseCoin: string
  readonly quoteCoin: string
  readonly status: string
  /** `stock`, `commodity`, `xstocks`; empty for most. */
  readonly symbolType?: string
  readonly priceFilter: { readonly tickSize: string }
  readonly lotSizeFilter: {
    readonly minOrderQty: string
    /** Of pairs. */
    readonly basePrecision?: string
    /** Of contracts. */
    readonly qtyStep?: string
  }
  /** Those below are of contracts alone. */
  readonly settleCoin?: string
  readonly contractType?: string
  readonly launchTime?: string
  /** `0`: it has no end. */
  readonly deliveryTime?: string
}
