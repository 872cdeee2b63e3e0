import type { Candle } from '../../market/records/derived/candle.ts'

/** What is kept of a venue's final candle. */
export type VenueCandle = Pick<Candle, 'close' | 'volume' | 'quoteVolume' | 'status' | 'revision'>

/** The candles of one window, by exchange. */
export type VenueCandles = ReadonlyMap<string, VenueCandle>
