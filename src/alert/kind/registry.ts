import type { AlertKind } from '../../market/records/alert/alert.ts'
import type { AlertKindOf } from './alert-kind.ts'
import { correlation } from './correlation.ts'
import { gap } from './gap.ts'
import { price } from './price.ts'
import { rsi } from './rsi.ts'
import { stale } from './stale.ts'
import { volatility } from './volatility.ts'
import { volumeSpike } from './volume-spike.ts'
import { zScore } from './z-score.ts'

/** Every kind of rule; one file each. */
export const alertKinds: Readonly<Record<AlertKind, AlertKindOf>> = {
  z_score: zScore,
  price,
  correlation,
  volume_spike: volumeSpike,
  volatility,
  rsi,
  gap,
  stale
}
