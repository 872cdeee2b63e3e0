import type { Exchange, ListedStatus } from '../../exchange.ts'
import { type Fields, fail, isFields, type Unchecked, word } from '../../fields.ts'
import { listedInstruments } from '../../listed-instrument.ts'
import { productId } from '../product-id.ts'
import type { CoinbaseProduct } from '../wire.ts'

/** What may hold a product back that is online, as the list names it. */
const LIMITS = ['trading_disabled', 'cancel_only', 'post_only', 'auction_mode'] as const

const statusOf = (product: Unchecked<CoinbaseProduct>): string | undefined =>
  product.status === 'online' ? (LIMITS.find(limit => product[limit] === true) ?? 'online') : word(product.status)

const rowsOf = (body: unknown): readonly Fields[] =>
  Array.isArray(body) ? body.filter(isFields) : fail('products', body, 'a list')

const instruments: Exchange['listing']['instruments'] = body =>
  listedInstruments(
    rowsOf(body),
    (product: Unchecked<CoinbaseProduct>) => ({
      native: product.id,
      base: product.base_currency,
      quote: product.quote_currency,
      tickSize: product.quote_increment,
      lotSize: product.base_increment,
      minSize: product.base_min_size,
      status: statusOf(product)
    }),
    symbol => productId({ exchange: 'coinbaseexchange', symbol })
  )

const decode: Exchange['listing']['decode'] = (body, asked) => {
  const states = new Map<string, ListedStatus>(rowsOf(body).map(row => [String(row.id), statusOf(row)]))
  return asked.map(instrument => (states.has(productId(instrument)) ? states.get(productId(instrument)) : null))
}

/** Several products cannot be asked for but all. https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-all-known-trading-pairs */
export const coinbaseListing: Exchange['listing'] = {
  request: () => ({ path: '/products', cost: 1 }),
  decode,
  instruments,
  suspended: ['delisted']
}
