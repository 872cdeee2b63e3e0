import type { Exchange } from '../../exchange.ts'
import { readListing, readTurnover } from '../rest/listing.ts'
import { spotMarket } from './spot-market.ts'

const COST = 20
/** An address holds not many more. */
const MAX_NAMED = 100
const PATH = `${spotMarket.rest}/exchangeInfo`

/** Symbols that it names, or all: one that it does not know is an error of the whole request. */
const request: Exchange['listing']['request'] = instruments => ({
  path:
    instruments === null || instruments.length > MAX_NAMED
      ? PATH
      : `${PATH}?symbols=${encodeURIComponent(JSON.stringify(instruments.map(spotMarket.native)))}`,
  cost: COST
})

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information */
export const spotListing: Exchange['listing'] = {
  request,
  ...readListing(spotMarket),
  turnover: readTurnover(spotMarket, 80),
  suspended: ['BREAK']
}
