import { manifestsOf, type OffsetSpan, parseEntryPath, parseFilePath, TABLES } from '../manifest/lake-paths.ts'
import {
  isOfBefore,
  isWithin,
  type LakeEntry,
  liveEntries,
  pathOfEntry,
  seriesKey,
  spanOf
} from '../manifest/manifest.ts'
import { ASIDE, type LakeStore, REPLACED, type StoredObject } from '../store/lake-store.ts'

/** Below them everything that is old goes: halves that a crash left, and files that others have replaced. */
const PASSING = [ASIDE, REPLACED]

const FOLDERS = [...new Set([...TABLES, ...TABLES.flatMap(manifestsOf), ...PASSING])]

const objectsOf = async (store: LakeStore): Promise<readonly StoredObject[]> => {
  const found = (await Promise.all(FOLDERS.map(folder => store.list(folder)))).flat()
  return [...new Map(found.map(object => [object.path, object])).values()]
}

const entriesOf = async (store: LakeStore): Promise<readonly LakeEntry[]> =>
  (await Promise.all(TABLES.map((table): Promise<readonly LakeEntry[]> => liveEntries(store, table)))).flat()

/** What an entry of before says, one of now may be about to say of the same offsets, by files that no entry names yet. */
const speaksFor = (entry: LakeEntry, inner: OffsetSpan): boolean => {
  const outer = spanOf(entry)
  if (seriesKey(outer) !== seriesKey(inner) || !isWithin(inner, outer)) return false
  return !isOfBefore(entry) || inner.first > outer.first || inner.last < outer.last
}

/**
 * Removes what others have replaced since before a moment: files that were put aside for those who read them, and what a crash left behind:
 * entries within others, files that no entry names though one speaks for their offsets, halves. Resolves to how many objects it were.
 */
export const removeReplaced = async (store: LakeStore, beforeMs: number, signal: AbortSignal): Promise<number> => {
  // Listed before the manifest is read: what is covered meanwhile is not among them.
  const objects = await objectsOf(store)
  const entries = await entriesOf(store)
  const old = objects.filter(({ modifiedMs }) => modifiedMs <= beforeMs)
  const oldPaths = new Set(old.map(({ path }) => path))
  const live = new Set(entries.flatMap(entry => [pathOfEntry(entry), ...entry.files.map(file => file.path)]))
  const lasting = entries.filter(entry => oldPaths.has(pathOfEntry(entry)))
  const isReplaced = (path: string): boolean => {
    const span = parseEntryPath(path) ?? parseFilePath(path)
    return span !== null && lasting.some(entry => speaksFor(entry, span))
  }
  const isPassing = (path: string): boolean => PASSING.some(folder => path.startsWith(`${folder}/`))
  const removable = old.filter(({ path }) => isPassing(path) || (!live.has(path) && isReplaced(path)))
  for (const { path } of removable) {
    signal.throwIfAborted()
    await store.remove(path)
  }
  return removable.length
}
