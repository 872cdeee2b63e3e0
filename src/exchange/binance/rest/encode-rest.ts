import { type WireCandle, type WireDay, type WireTop, type WireTrade, wireDecimal } from '../stream/encode.ts'

/**
 * Bodies of Binance's REST answers:
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
 */

/** One trade of `historicalTrades` and `trades`; `quoteQuantity` = price × quantity, plain. */
export const encodeHistoricalTrade = (trade: WireTrade, quoteQuantity: string): string =>
  `{"id":${trade.id},"price":"${wireDecimal(trade.price)}","qty":"${wireDecimal(trade.quantity)}"` +
  `,"quoteQty":"${wireDecimal(quoteQuantity)}","time":${trade.time},"isBuyerMaker":${trade.side === 'sell'},"isBestMatch":true}`

/** One aggregate of `aggTrades` with a single trade in it, which takes over the trade's id. */
export const encodeHistoricalAggTrade = (trade: WireTrade): string =>
  `{"a":${trade.id},"p":"${wireDecimal(trade.price)}","q":"${wireDecimal(trade.quantity)}","f":${trade.id},"l":${trade.id}` +
  `,"T":${trade.time},"m":${trade.side === 'sell'},"M":true}`

/** One row of `klines`. */
export const encodeKlineRow = (candle: WireCandle): string =>
  `[${candle.openTime},"${wireDecimal(candle.open)}","${wireDecimal(candle.high)}","${wireDecimal(candle.low)}"` +
  `,"${wireDecimal(candle.close)}","${wireDecimal(candle.volume)}",${candle.closeTime - 1},"${wireDecimal(candle.quoteVolume)}"` +
  `,${candle.tradeCount},"${wireDecimal(candle.takerBuyVolume)}","${wireDecimal(candle.takerBuyQuoteVolume)}","0"]`

/** `ticker/24hr` */
export const encodeDay = (native: string, day: WireDay): string =>
  `{"symbol":"${native}","priceChange":"${wireDecimal(day.change)}","priceChangePercent":"${day.changePct}"` +
  `,"weightedAvgPrice":"${wireDecimal(day.averagePrice)}","prevClosePrice":"${wireDecimal(day.previousClose)}"` +
  `,"lastPrice":"${wireDecimal(day.close)}","lastQty":"${wireDecimal(day.lastQuantity)}"` +
  `,"bidPrice":"${wireDecimal(day.top.bid[0])}","bidQty":"${wireDecimal(day.top.bid[1])}"` +
  `,"askPrice":"${wireDecimal(day.top.ask[0])}","askQty":"${wireDecimal(day.top.ask[1])}"` +
  `,"openPrice":"${wireDecimal(day.open)}","highPrice":"${wireDecimal(day.high)}","lowPrice":"${wireDecimal(day.low)}"` +
  `,"volume":"${wireDecimal(day.volume)}","quoteVolume":"${wireDecimal(day.quoteVolume)}","openTime":${day.openTime}` +
  `,"closeTime":${day.closeTime},"firstId":${day.firstTradeId ?? -1},"lastId":${day.lastTradeId ?? -1},"count":${day.tradeCount}}`

/** `ticker/bookTicker` */
export const encodeTop = (native: string, { bid, ask }: WireTop): string =>
  `{"symbol":"${native}","bidPrice":"${wireDecimal(bid[0])}","bidQty":"${wireDecimal(bid[1])}"` +
  `,"askPrice":"${wireDecimal(ask[0])}","askQty":"${wireDecimal(ask[1])}"}`

/** One symbol of `exchangeInfo`; `tick` and `lot` are the smallest steps of price and quantity, plain decimals. */
export const encodeSymbol = (symbol: {
  readonly native: string
  readonly status: string
  readonly base: string
  readonly quote: string
  readonly tick: string
  readonly lot: string
}): string =>
  JSON.stringify({
    symbol: symbol.native,
    status: symbol.status,
    baseAsset: symbol.base,
    baseAssetPrecision: 8,
    quoteAsset: symbol.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    orderTypes: ['LIMIT', 'MARKET'],
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      {
        filterType: 'PRICE_FILTER',
        minPrice: wireDecimal(symbol.tick),
        maxPrice: '1000000.00000000',
        tickSize: wireDecimal(symbol.tick)
      },
      {
        filterType: 'LOT_SIZE',
        minQty: wireDecimal(symbol.lot),
        maxQty: '9000000.00000000',
        stepSize: wireDecimal(symbol.lot)
      }
    ],
    permissions: ['SPOT']
  })
