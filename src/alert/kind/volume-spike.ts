import { instrumentKey } from '../../market/instrument.ts'
import { KIND_DEFAULTS } from '../../market/records/alert/alert-rule.ts'
import { type AlertKindOf, isAbout } from './alert-kind.ts'

/** Of at least one value. */
const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >>> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The volume of a 1m candle over the median of those before it; undefined until there are enough of them, and where nothing was traded. */
const ratio = (volumes: readonly number[], window: number): number | null => {
  const newest = volumes.at(-1)
  const before = volumes.slice(0, -1)
  const usual = before.length < window ? 0 : median(before)
  return newest === undefined || usual === 0 ? null : newest / usual
}

export const volumeSpike: AlertKindOf = {
  on: 'candle',
  what: 'volume over its median',
  signals: (rule, observation, context) => {
    if (observation.kind !== 'candle') return []
    const instrument = instrumentKey(observation.record)
    if (!isAbout(rule, instrument)) return []
    const { window = KIND_DEFAULTS.volume_spike.window ?? 0 } = rule
    const candles = context.candles(instrument).slice(-window - 1)
    const volumes = candles.map(({ volume }) => volume)
    return [
      { subject: instrument, about: { instrument }, time: observation.record.closeTime, value: ratio(volumes, window) }
    ]
  }
}
