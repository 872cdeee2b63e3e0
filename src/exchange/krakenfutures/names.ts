import type { Instrument } from '../../market/instrument.ts'
import { symbolParts, unlistedName } from '../unified-symbol.ts'

/** Its own name of what others call BTC. */
const nativeAsset = (asset: string): string => (asset === 'BTC' ? 'XBT' : asset)

/**
 * `BTC/USD:USD` → `PF_XBTUSD`. Others get a name that nothing has: inverse contracts count in the quote currency, and what that is in the
 * base has no end of digits.
 */
export const productId = ({ symbol }: Instrument): string => {
  const { base, quote, settle, ending } = symbolParts(symbol) ?? {}
  if (base === undefined || quote === undefined || settle !== quote || ending !== undefined) return unlistedName(symbol)
  return `PF_${nativeAsset(base)}${nativeAsset(quote)}`
}

export const subscribe = (streams: readonly string[]): readonly string[] => [
  JSON.stringify({ event: 'subscribe', feed: 'trade', product_ids: streams })
]

/** It ends a connection on which nothing is asked for a minute. Its heartbeats tell its clock besides. */
export const KEEP_ALIVE = JSON.stringify({ event: 'subscribe', feed: 'heartbeat' })
