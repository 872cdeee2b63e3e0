import type { EpochMs } from '../../time.ts'

/** The newest 1m candle of the exchange that was published: those before it were as well, as far as the exchange had them. */
export type KlinePosition = { readonly exchange: string; readonly symbol: string; readonly openTime: EpochMs }
