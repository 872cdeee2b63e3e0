import type { Instrument } from '../../market/instrument.ts'

/** `BTC/USDT` → `BTCUSDT` */
export const nativeSymbol = (of: Instrument): string => of.symbol.replace('/', '')

/** The same as a value in a query: an exchange lists names beyond ASCII. */
export const querySymbol = (of: Instrument): string => encodeURIComponent(nativeSymbol(of))
