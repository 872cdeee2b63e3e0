import type { StatePart } from '../../stream/topology.ts'

/** Trade ids that were counted lately: text of any length, of which nothing is known but whether two are the same. */
export type RecentIds = {
  /** By the second in which their trades were printed. */
  readonly bySecond: Map<number, Set<string>>
  count: number
  /** Of the seconds before it nothing is known any more. */
  from: number
  /** Seconds that changed since the last commit. */
  readonly changed: Set<number>
}

/** So many are known however old they are: as many as a page of history brings again to a quiet symbol. */
const MIN_IDS = 1_000
/** So many are known of a busy one, however young they are. */
const MAX_IDS = 200_000
const PREFIX = 'ids/'

export const newRecentIds = (): RecentIds => ({ bySecond: new Map(), count: 0, from: 0, changed: new Set() })

const secondOf = (time: number): number => Math.floor(time / 1000)

/** True where nobody can say any more whether a trade of that time was counted. */
export const isForgotten = (ids: RecentIds, time: number): boolean => secondOf(time) < ids.from

export const hasId = (ids: RecentIds, time: number, id: string): boolean =>
  ids.bySecond.get(secondOf(time))?.has(id) ?? false

export const addRecentId = (ids: RecentIds, time: number, id: string): void => {
  const second = secondOf(time)
  const known = ids.bySecond.get(second) ?? new Set()
  if (known.size === 0) ids.bySecond.set(second, known)
  known.add(id)
  ids.count++
  ids.changed.add(second)
  if (ids.count > MAX_IDS) forgetIds(ids, 0)
}

/** Forgets those of trades before `time`, but for the newest, and the oldest where there are too many. */
export const forgetIds = (ids: RecentIds, time: number): void => {
  const limit = secondOf(time)
  if (limit <= ids.from && ids.count <= MAX_IDS) return
  for (const second of [...ids.bySecond.keys()].sort((a, b) => a - b)) {
    const left = ids.count - ids.bySecond.get(second)!.size
    const isOld = second < limit && left >= MIN_IDS
    if (!isOld && ids.count <= MAX_IDS) return
    ids.bySecond.delete(second)
    ids.changed.add(second)
    ids.count = left
    ids.from = second + 1
  }
}

/** One part a second that changed: a commit writes the newest ones alone. */
export const idParts = ({ bySecond, changed }: RecentIds): readonly StatePart[] => {
  const parts = [...changed].map(second => {
    const known = bySecond.get(second)
    return { name: `${PREFIX}${second}`, value: known ? JSON.stringify([...known]) : null }
  })
  changed.clear()
  return parts
}

export const readIds = (parts: ReadonlyMap<string, string>, from: number): RecentIds => {
  const ids = { ...newRecentIds(), from }
  for (const [name, text] of parts) {
    if (!name.startsWith(PREFIX)) continue
    const known = new Set(JSON.parse(text) as string[])
    ids.bySecond.set(Number(name.slice(PREFIX.length)), known)
    ids.count += known.size
  }
  return ids
}
