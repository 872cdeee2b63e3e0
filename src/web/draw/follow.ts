import type { ISeriesApi, SeriesDataItemTypeMap, SeriesType, Time, UTCTimestamp } from 'lightweight-charts'

type Timed = { readonly openTime: number }

/** Where two lists begin to differ, by what stands in them. */
const firstDifference = <T>(before: readonly T[], after: readonly T[]): number => {
  const length = Math.min(before.length, after.length)
  for (let n = 0; n < length; n++) if (before[n] !== after[n]) return n
  return length
}

/** True when a list went on at its end alone, its last record at most replaced, so that nothing before has to be drawn again. */
export const isTail = <T extends Timed>(before: readonly T[], after: readonly T[]): boolean =>
  before.length > 0 &&
  before.at(-1)?.openTime === after[before.length - 1]?.openTime &&
  firstDifference(before, after) >= before.length - 1

/** Times on a chart are seconds. */
export const chartTime = (time: number): UTCTimestamp => (time / 1000) as UTCTimestamp

/** Draws a list that grows at its end: what has not changed is left alone. */
export const follow = <T extends { readonly openTime: number }, Kind extends SeriesType>(
  series: ISeriesApi<Kind, Time>,
  pointOf: (record: T) => SeriesDataItemTypeMap[Kind]
): ((records: readonly T[]) => void) => {
  let drawn: readonly T[] = []
  return records => {
    if (isTail(drawn, records)) {
      for (const record of records.slice(firstDifference(drawn, records))) series.update(pointOf(record))
    } else series.setData(records.map(pointOf))
    drawn = records
  }
}
