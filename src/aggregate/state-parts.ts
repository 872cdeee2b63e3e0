import type { Series } from './series.ts'

const WINDOWS_PER_PART = 10

/** Windows are stored ten to a part: few enough to write at every commit, enough to keep parts few when catching up. */
export const partName = (series: Series, time: number): string => `${series.interval}/${partIndex(series, time)}`

const partIndex = (series: Series, time: number): number => Math.floor(time / (series.lengthMs * WINDOWS_PER_PART))

/** Open times of the windows that share a part with the one at `time`. */
export const partTimes = (series: Series, time: number): readonly number[] => {
  const first = partIndex(series, time) * series.lengthMs * WINDOWS_PER_PART
  return Array.from({ length: WINDOWS_PER_PART }, (_, n) => first + n * series.lengthMs)
}
