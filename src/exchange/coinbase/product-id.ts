import type { Instrument } from '../../market/instrument.ts'

/** `BTC/USD` → `BTC-USD` */
export const productId = ({ symbol }: Instrument): string => symbol.replace('/', '-')

/** Path of REST that is about an instrument. */
export const productPath = (instrument: Instrument): string => `/products/${encodeURIComponent(productId(instrument))}`
