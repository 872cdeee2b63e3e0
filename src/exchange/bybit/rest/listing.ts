import type { Exchange, ListedStatus } from '../../exchange.ts'
import { isFields, word } from '../../fields.ts'
import { categoryOf, nativeName } from '../market.ts'
import { listOf, resultOf } from './result.ts'

/** A page of one category: that of contracts, where there are any among what is asked for. */
const request: Exchange['listing']['request'] = instruments => {
  const category = instruments?.every(of => categoryOf(of) === 'spot') ? 'spot' : 'linear'
  return { path: `/v5/market/instruments-info?category=${category}&limit=1000`, cost: 1 }
}

/** Of another category it says nothing, nor of what would stand on a further page. */
const decode: Exchange['listing']['decode'] = (body, instruments) => {
  const { category, nextPageCursor } = resultOf(body)
  const states = new Map(
    listOf(body).flatMap(row => (isFields(row) ? [[String(row.symbol), word(row.status)] as const] : []))
  )
  const isWhole = nextPageCursor === undefined || nextPageCursor === ''
  return instruments.map((of): ListedStatus => {
    if (categoryOf(of) !== category) return undefined
    const name = nativeName(of)
    return states.has(name) || !isWhole ? states.get(name) : null
  })
}

/** https://bybit-exchange.github.io/docs/v5/market/instrument */
export const bybitListing: Exchange['listing'] = { request, decode, suspended: ['PreLaunch', 'Settling', 'Closed'] }
