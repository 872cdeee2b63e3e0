import { entryPath, type OffsetSpan, parseEntryPath, parseFilePath, TABLES } from '../manifest/lake-paths.ts'
import { isWithin, type LakeEntry, liveEntries, seriesKey, spanOf } from '../manifest/manifest.ts'
import { ASIDE, type LakeStore, type StoredObject } from '../store/lake-store.ts'

const objectsOf = async (store: LakeStore, folders: readonly string[]): Promise<readonly StoredObject[]> =>
  (await Promise.all(folders.map(folder => store.list(folder)))).flat()

const entriesOf = async (store: LakeStore): Promise<readonly LakeEntry[]> =>
  (await Promise.all(TABLES.map((table): Promise<readonly LakeEntry[]> => liveEntries(store, table)))).flat()

/**
 * Removes what others have replaced since before a moment: entries within others, files that no entry names though one speaks for their
 * offsets, and halves that a crash left aside. Whoever began to read before has until then. Resolves to how many objects it were.
 */
export const removeReplaced = async (store: LakeStore, beforeMs: number, signal: AbortSignal): Promise<number> => {
  // Listed before the manifest is read: what is vouched for meanwhile is not among them.
  const objects = await objectsOf(store, [...TABLES, ASIDE])
  const entries = await entriesOf(store)
  const old = objects.filter(({ modifiedMs }) => modifiedMs <= beforeMs)
  const oldPaths = new Set(old.map(({ path }) => path))
  const live = new Set(entries.flatMap(entry => [entryPath(spanOf(entry)), ...entry.files.map(file => file.path)]))
  const lasting = entries.map(spanOf).filter(span => oldPaths.has(entryPath(span)))
  const isReplaced = (span: OffsetSpan | null): boolean =>
    span !== null && lasting.some(outer => seriesKey(outer) === seriesKey(span) && isWithin(span, outer))
  const spanAt = (path: string): OffsetSpan | null => parseEntryPath(path) ?? parseFilePath(path)
  const removable = old.filter(
    ({ path }) => path.startsWith(`${ASIDE}/`) || (!live.has(path) && isReplaced(spanAt(path)))
  )
  for (const { path } of removable) {
    signal.throwIfAborted()
    await store.remove(path)
  }
  return removable.length
}
