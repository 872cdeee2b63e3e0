import type { Instrument } from '../../../market/instrument.ts'
import { symbolParts, unlistedName } from '../../unified-symbol.ts'
import type { BinanceMarket } from '../market.ts'

/** `BTC/USDT:USDT` → `BTCUSDT`, `BTC/USDT:USDT-261225` → `BTCUSDT_261225`. */
const contractName = ({ symbol }: Instrument): string => {
  const parts = symbolParts(symbol)
  if (parts === null || parts.settle !== parts.quote) return unlistedName(symbol)
  return `${parts.base}${parts.quote}${parts.ending === undefined ? '' : `_${parts.ending}`}`
}

/** Futures that are settled in their quote currency. */
export const usdmMarket: BinanceMarket = { rest: '/fapi/v1', native: contractName }
