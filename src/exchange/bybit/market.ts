import type { Instrument } from '../../market/instrument.ts'
import { symbolParts, unlistedName } from '../unified-symbol.ts'

/** Markets that use the same names, apart in sockets and requests. */
export const CATEGORIES = ['linear', 'spot'] as const

export type Category = (typeof CATEGORIES)[number]

export const categoryOf = ({ symbol }: Instrument): Category => (symbol.includes(':') ? 'linear' : 'spot')

/** `BTC/USDT` and `BTC/USDT:USDT` → `BTCUSDT`, `BTC/USDC:USDC` → `BTCPERP`; no contracts that end, and none settled in their base. */
export const nativeName = ({ symbol }: Instrument): string => {
  const { base, quote, settle = quote, ending } = symbolParts(symbol) ?? {}
  if (base === undefined || settle !== quote || ending !== undefined) return unlistedName(symbol)
  return symbol.includes(':') && settle === 'USDC' ? `${base}PERP` : `${base}${quote}`
}

/** How a query names an instrument. */
export const instrumentQuery = (instrument: Instrument): string =>
  `category=${categoryOf(instrument)}&symbol=${encodeURIComponent(nativeName(instrument))}`
