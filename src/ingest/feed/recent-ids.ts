/** Which trade ids were seen of late. Ids are text without an order. */
export type RecentIds = {
  /** False for an id that was seen. `time`: when its trade was printed. */
  readonly add: (id: string, time: number) => boolean
  /** When the trade of an id was printed; undefined for one that was not seen. */
  readonly timeOf: (id: string) => number | undefined
}

/**
 * Ids are kept so long behind the newest trade, and so many at least, as a venue tells of its newest trades once more however old they are.
 * Thousands of instruments have as many each.
 */
const KEEP_MS = 600_000
const MAX_IDS = 200_000
const MIN_IDS = 1_000

export const createRecentIds = (): RecentIds => {
  /** By id, oldest arrival first. */
  const seen = new Map<string, number>()
  let newest = 0
  const isOld = (time: number): boolean => seen.size > MAX_IDS || (seen.size > MIN_IDS && time < newest - KEEP_MS)
  return {
    timeOf: id => seen.get(id),
    add: (id, time) => {
      if (seen.has(id)) return false
      seen.set(id, time)
      newest = Math.max(newest, time)
      for (const [oldest, at] of seen) {
        if (!isOld(at)) break
        seen.delete(oldest)
      }
      return true
    }
  }
}
