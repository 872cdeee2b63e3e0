import type { Instrument } from '../../market/instrument.ts'

/** `BTC/USDT` → `BTCUSDT` */
export const nativeSymbol = (of: Instrument): string => of.symbol.replace('/', '')
