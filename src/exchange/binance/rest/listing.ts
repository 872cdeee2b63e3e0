import type { Exchange, TurnoverInterface } from '../../exchange.ts'
import { type Fields, fail, isFields, type Unchecked, word } from '../../fields.ts'
import { listedInstruments, turnovers } from '../../listed-instrument.ts'
import type { BinanceMarket } from '../market.ts'
import type { BinanceSymbol } from '../wire.ts'

/** How a market's `exchangeInfo` tells of instruments. */
export const readListing = ({ native }: BinanceMarket): Pick<Exchange['listing'], 'decode' | 'instruments'> => ({
  decode: (body, asked) => {
    const states = new Map(symbolsOf(body).map(row => [String(row.symbol), word(statusOf(row))]))
    return asked.map(instrument => (states.has(native(instrument)) ? states.get(native(instrument)) : null))
  },
  instruments: body => listedInstruments(symbolsOf(body), readSymbol, symbol => native({ exchange: 'binance', symbol }))
})

const symbolsOf = (body: unknown): readonly Fields[] => {
  if (!isFields(body) || !Array.isArray(body.symbols)) return fail('exchangeInfo', body, 'an object with symbols')
  return body.symbols.filter(isFields)
}

const statusOf = ({ status, contractStatus }: Unchecked<BinanceSymbol>): unknown => status ?? contractStatus

const readSymbol = (row: Unchecked<BinanceSymbol>) => ({
  native: row.symbol,
  base: row.baseAsset,
  quote: row.quoteAsset,
  ...(row.marginAsset === undefined ? {} : { settle: row.marginAsset }),
  ending: /_(\d{6})$/.exec(String(row.symbol))?.[1] ?? null,
  contractType: row.contractType,
  assetClass: row.underlyingType,
  tickSize: filterOf(row, 'PRICE_FILTER').tickSize,
  // Where it lists what a contract holds, lots are of contracts.
  ...(row.contractSize === undefined ? lotOf(row) : { lotSize: null }),
  contractSize: row.contractSize,
  status: statusOf(row),
  listedAt: row.onboardDate,
  expiresAt: row.deliveryDate
})

const lotOf = (row: Unchecked<BinanceSymbol>) => {
  const { stepSize, minQty } = filterOf(row, 'LOT_SIZE')
  return { lotSize: stepSize, minSize: minQty }
}

const filterOf = ({ filters }: Unchecked<BinanceSymbol>, type: string): Fields =>
  (Array.isArray(filters) ? filters : []).find(filter => isFields(filter) && filter.filterType === type) ?? {}

/** `ticker/24hr` of a whole market. */
export const readTurnover = ({ rest }: BinanceMarket, cost: number): TurnoverInterface => ({
  requests: [{ path: `${rest}/ticker/24hr`, cost }],
  decode: (body, listed) =>
    Array.isArray(body)
      ? turnovers(body, listed, { native: 'symbol', turnover: 'quoteVolume', price: 'lastPrice' })
      : fail('ticker/24hr', body, 'a list')
})
