import { isOfBefore, type LakeEntry } from '../manifest/manifest.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { type Compacted, compactDays } from './compact-day.ts'

/**
 * Compacts every UTC day before `today`, and brings along what an earlier version wrote, of whichever day; null: every day. What is whole
 * already is not touched.
 */
export const compactLake = (
  store: LakeStore,
  today: string | null,
  signal: AbortSignal,
  isMine: (entry: LakeEntry) => boolean = () => true
): AsyncGenerator<Compacted> => {
  const isDue = (day: string): boolean => today === null || day < today
  return compactDays(store, (day, entries) => isMine(entries[0]!) && (isDue(day) || entries.some(isOfBefore)), signal)
}
