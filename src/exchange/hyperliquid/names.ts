import type { Instrument } from '../../market/instrument.ts'
import { symbolParts, unlistedName } from '../unified-symbol.ts'
import type { HyperliquidSubscription } from './wire.ts'

/** A base of a builder's exchange, which is written before its name: `XYZ-GOLD`. */
const OF_BUILDER = /^([A-Z0-9]+)-(.+)$/

/**
 * `BTC/USDC:USDC` → `BTC`, `kPEPE/USDC:USDC` → `kPEPE`, `XYZ-GOLD/USDC:USDC` → `xyz:GOLD`. Spot, and what is settled in anything but USDC, get
 * a name that nothing has: names do not tell the quote currency.
 */
export const coinName = ({ symbol }: Instrument): string => {
  const { base, quote, settle, ending } = symbolParts(symbol) ?? {}
  if (base === undefined || quote !== 'USDC' || settle !== 'USDC' || ending !== undefined) return unlistedName(symbol)
  const [, builder, name] = OF_BUILDER.exec(base) ?? []
  return builder === undefined ? base : `${builder.toLowerCase()}:${name}`
}

/** `xyz:GOLD` → `XYZ-GOLD` */
export const baseOf = (coin: string): string => {
  const builder = builderOf(coin)
  return builder === '' ? coin : `${builder.toUpperCase()}-${coin.slice(builder.length + 1)}`
}

/** Whose exchange a coin is of: `xyz:GOLD` → `xyz`; empty: the main one. */
export const builderOf = (coin: string): string => /^([a-z0-9]+):/.exec(coin)?.[1] ?? ''

const subscription = (coin: string): HyperliquidSubscription => ({ type: 'trades', coin })

/** Every stream is asked for, and confirmed, by itself. */
export const subscribe = (streams: readonly string[]): readonly string[] =>
  streams.map(stream => JSON.stringify({ method: 'subscribe', subscription: subscription(stream) }))
