import type { Instrument } from '../../market/instrument.ts'
import { symbolParts, unlistedName } from '../unified-symbol.ts'

/** Its own name of what others call BTC. */
const nativeAsset = (asset: string): string => (asset === 'BTC' ? 'XBT' : asset)

/** `BTC/USD:USD` → `PF_XBTUSD`, `BTC/USD:BTC` → `PI_XBTUSD`, `BTC/USD:BTC-261225` → `FI_XBTUSD_261225`; linear ones that end have a name that nothing has. */
export const productId = ({ symbol }: Instrument): string => {
  const { base, quote, settle, ending } = symbolParts(symbol) ?? {}
  if (base === undefined || quote === undefined) return unlistedName(symbol)
  const pair = `${nativeAsset(base)}${nativeAsset(quote)}`
  if (settle === quote && ending === undefined) return `PF_${pair}`
  if (settle !== base) return unlistedName(symbol)
  return ending === undefined ? `PI_${pair}` : `FI_${pair}_${ending}`
}

export const subscribe = (streams: readonly string[]): readonly string[] => [
  JSON.stringify({ event: 'subscribe', feed: 'trade', product_ids: streams })
]

/** It ends a connection on which nothing is asked for a minute. Its heartbeats tell its clock besides. */
export const KEEP_ALIVE = JSON.stringify({ event: 'subscribe', feed: 'heartbeat' })
