import type { ISeriesApi, SeriesDataItemTypeMap, SeriesType, Time, UTCTimestamp } from 'lightweight-charts'
import { firstDifference, isTail } from './tail.ts'

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
