import { cryptoPrices } from './crypto-prices.ts'
import type { Measurement } from './measurement.ts'
import { ohlcv } from './ohlcv.ts'

/** Everything that InfluxDB is told, one file a measurement. */
export const measurements: readonly Measurement[] = [ohlcv, cryptoPrices]
