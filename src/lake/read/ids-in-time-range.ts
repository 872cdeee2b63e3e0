import { chainId } from '../../market/records/feed/trade.ts'
import type { IdRange } from '../manifest/id-ranges.ts'
import type { LakeFile, StoredFile } from '../manifest/manifest.ts'
import { openTradeFile } from '../parquet/read-trade-file.ts'
import type { LakeStore } from '../store/lake-store.ts'

/** Event times, `to` exclusive. */
export type TimeRange = { readonly from: number; readonly to: number }

/** Whether a file has trades of that time, as far as its ends tell. */
export const touches = (file: StoredFile, { from, to }: TimeRange): boolean => file.minTime < to && file.maxTime >= from

/** The numbers of a file's trades between two times; read from its rows where it reaches beyond them. */
const idsWithin = async (store: LakeStore, file: LakeFile, { from, to }: TimeRange): Promise<IdRange | null> => {
  if (file.minTime >= from && file.maxTime < to) return { from: Number(file.minId), to: Number(file.maxId) }
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for await (const rows of (await openTradeFile(store, file)).outlines())
    for (const trade of rows) {
      if (trade.time < from || trade.time >= to) continue
      first = Math.min(first, chainId(trade))
      last = Math.max(last, chainId(trade))
    }
  return first <= last ? { from: first, to: last } : null
}

/**
 * From the first to the last number of an instrument's trades between two times; null: there are none. Times do not always ascend with ids:
 * what lies between these ids belongs to the range, so that none is missing for whoever counts them.
 */
export const idsInTimeRange = async (
  store: LakeStore,
  files: readonly LakeFile[],
  times: TimeRange
): Promise<IdRange | null> => {
  const touched = files.filter(file => touches(file, times))
  let found: IdRange | null = null
  for (const file of touched) {
    const ids = await idsWithin(store, file, times)
    if (ids) found = found ? { from: Math.min(found.from, ids.from), to: Math.max(found.to, ids.to) } : ids
  }
  return found
}
