import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { manifestsOf } from '../manifest/lake-paths.ts'
import { liveFiles } from '../manifest/manifest.ts'
import { folderStore } from '../store/folder-store.ts'
import { getFile, type LakeStore } from '../store/lake-store.ts'

/** A copy of what a build reads of a lake in a bucket: its manifest, and the files that were not read before. */
export type LakeCopy = { readonly folder: string; readonly remove: () => Promise<void> }

const AT_ONCE = 8
/** That of before first: an entry that is brought along meanwhile is in the other one by then. */
const MANIFESTS = manifestsOf('raw_ticks').toReversed()

const copyAll = async (store: LakeStore, paths: readonly string[], to: string, signal: AbortSignal): Promise<void> => {
  const copy = async (path: string): Promise<void> => {
    const bytes = await getFile(store, path)
    // An entry that was merged into a wider one since it was listed; a file is what some entry covers.
    if (bytes === null && MANIFESTS.some(folder => path.startsWith(`${folder}/`))) return
    if (bytes === null) throw new TickstreamError('TS-LAKE-AWAY', `${path} went while the lake was read: build again`)
    await mkdir(dirname(join(to, path)), { recursive: true })
    await writeFile(join(to, path), bytes)
  }
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    signal.throwIfAborted()
    await Promise.all(paths.slice(at, at + AT_ONCE).map(copy))
  }
}

/** As the copied manifest lists them, which is the one that the models read. */
const filesToRead = async (store: LakeStore, alreadyRead: ReadonlySet<string>): Promise<readonly string[]> => {
  const paths = (await liveFiles(store)).map(({ path }) => path).sort()
  const fresh = paths.filter(path => !alreadyRead.has(path))
  return fresh.length > 0 ? fresh : paths.slice(0, 1)
}

/** Copies through the store, so that no extension of DuckDB has to be downloaded for a bucket. */
export const fetchLake = async (
  store: LakeStore,
  alreadyRead: ReadonlySet<string>,
  signal: AbortSignal
): Promise<LakeCopy> => {
  const folder = await mkdtemp(join(tmpdir(), 'tickstream-lake-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const entries: string[] = []
    for (const folder of MANIFESTS) entries.push(...(await store.list(folder)).map(({ path }) => path))
    await copyAll(store, entries, folder, signal)
    await copyAll(store, await filesToRead(folderStore(folder), alreadyRead), folder, signal)
    return { folder, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
