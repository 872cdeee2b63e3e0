import type { Exchange, ListedStatus, TurnoverInterface } from '../../exchange.ts'
import { isFields, type Unchecked, word } from '../../fields.ts'
import { listedInstruments, turnovers } from '../../listed-instrument.ts'
import { CATEGORIES, type Category, categoryOf, nativeName } from '../market.ts'
import type { BybitInstrument } from '../wire.ts'
import { listOf, resultOf } from './result.ts'

const pageOf = (category: Category) => ({
  path: `/v5/market/instruments-info?category=${category}&limit=1000`,
  cost: 1
})

/** A page of one category: that of contracts, where there are any among what is asked for. */
const request: Exchange['listing']['request'] = asked => {
  const category = asked?.every(instrument => categoryOf(instrument) === 'spot') ? 'spot' : 'linear'
  return pageOf(category)
}

/** Of another category it says nothing, nor of what would stand on a further page. */
const decode: Exchange['listing']['decode'] = (body, asked) => {
  const { category, nextPageCursor } = resultOf(body)
  const states = new Map(
    listOf(body).flatMap(row => (isFields(row) ? [[String(row.symbol), word(row.status)] as const] : []))
  )
  const isWhole = nextPageCursor === undefined || nextPageCursor === ''
  return asked.map((instrument): ListedStatus => {
    if (categoryOf(instrument) !== category) return undefined
    const name = nativeName(instrument)
    return states.has(name) || !isWhole ? states.get(name) : null
  })
}

const instruments: Exchange['listing']['instruments'] = body => {
  const isSpot = resultOf(body).category === 'spot'
  return listedInstruments(
    listOf(body),
    (row: Unchecked<BybitInstrument>) => {
      // Dated contracts have other names, and are not followed.
      if (!isSpot && row.contractType !== 'LinearPerpetual') return null
      const lot = isFields(row.lotSizeFilter) ? row.lotSizeFilter : {}
      return {
        native: row.symbol,
        base: row.baseCoin,
        quote: row.quoteCoin,
        ...(isSpot ? {} : { settle: row.settleCoin }),
        contractType: row.contractType,
        assetClass: row.symbolType,
        tickSize: isFields(row.priceFilter) ? row.priceFilter.tickSize : null,
        lotSize: isSpot ? lot.basePrecision : lot.qtyStep,
        minSize: lot.minOrderQty,
        status: row.status,
        listedAt: row.launchTime,
        expiresAt: row.deliveryTime
      }
    },
    symbol => nativeName({ exchange: 'bybit', symbol })
  )
}

/** https://bybit-exchange.github.io/docs/v5/market/tickers; contracts and pairs have the same names there. */
const turnover: TurnoverInterface = {
  requests: CATEGORIES.map(category => ({ path: `/v5/market/tickers?category=${category}`, cost: 1 })),
  decode: (body, listed) => {
    const ofCategory = listed.filter(({ type }) => (type === 'spot' ? 'spot' : 'linear') === resultOf(body).category)
    return turnovers(listOf(body), ofCategory, { native: 'symbol', turnover: 'turnover24h', price: 'lastPrice' })
  }
}

/** https://bybit-exchange.github.io/docs/v5/market/instrument */
export const bybitListing: Exchange['listing'] = {
  request,
  decode,
  instruments,
  others: [pageOf('spot')],
  turnover,
  suspended: ['PreLaunch', 'Settling', 'Closed']
}
