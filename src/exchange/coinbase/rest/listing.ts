import type { Exchange, ListedStatus } from '../../exchange.ts'
import { type Fields, fail, isFields, type Unchecked, word } from '../../fields.ts'
import { productId } from '../product-id.ts'
import type { CoinbaseProduct } from '../wire.ts'

/** What may hold a product back that is online, as the list names it. */
const LIMITS = ['trading_disabled', 'cancel_only', 'post_only', 'auction_mode'] as const

const statusOf = (product: Unchecked<CoinbaseProduct>): string | undefined =>
  product.status === 'online' ? (LIMITS.find(limit => product[limit] === true) ?? 'online') : word(product.status)

const decode: Exchange['listing']['decode'] = (body, instruments) => {
  if (!Array.isArray(body)) return fail('products', body, 'a list')
  const rows: readonly Fields[] = body.filter(isFields)
  const states = new Map<string, ListedStatus>(rows.map(row => [String(row.id), statusOf(row)]))
  return instruments.map(of => (states.has(productId(of)) ? states.get(productId(of)) : null))
}

/** Several products cannot be asked for but all. https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-all-known-trading-pairs */
export const coinbaseListing: Exchange['listing'] = {
  request: () => ({ path: '/products', cost: 1 }),
  decode,
  suspended: ['delisted']
}
