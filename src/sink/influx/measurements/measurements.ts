import { alerts } from './alerts.ts'
import { composites } from './composites.ts'
import { cryptoPrices } from './crypto-prices.ts'
import { indicators } from './indicators.ts'
import type { Measurement } from './measurement.ts'
import { ohlcv } from './ohlcv.ts'
import { pairs } from './pairs.ts'

/** Everything that InfluxDB is told, one file a measurement. */
export const measurements: readonly Measurement[] = [ohlcv, cryptoPrices, indicators, pairs, composites, alerts]
