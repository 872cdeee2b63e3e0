import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { systemClock } from '../../runtime/clock.ts'
import { ASIDE, type BytePart, type LakeStore, type StoredObject } from './lake-store.ts'

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

/** What waiting or tidying may mend: a full disk, a mount that is away. */
const PASSES = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EBUSY',
  'EMFILE',
  'ENFILE',
  'ESTALE',
  'ETIMEDOUT',
  'EAGAIN',
  'ENODEV'
])

const explain = (folder: string, cause: unknown): TickstreamError => {
  if (cause instanceof TickstreamError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (PASSES.has(codeOf(cause)))
    return new TickstreamError('TS-LAKE-AWAY', `${folder} cannot be used now: ${reason}`, { cause })
  return new TickstreamError(
    'TS-LAKE-SETUP',
    `LAKE_DIR: ${folder} cannot be used: ${reason}; set it to a folder that this user may write to`,
    { cause }
  )
}

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error))

const orWhenMissing =
  <T>(value: T) =>
  (error: unknown): T => {
    if (isMissing(error)) return value
    throw error
  }

/** A name lasts when its folder was flushed too. */
const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder, and everything on the way to it, that lasts. */
const makeFolder = async (folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let created = folder; created.length >= first.length; created = dirname(created))
    await flushFolder(dirname(created))
}

const writeAside = async (path: string, pieces: readonly Uint8Array[]): Promise<void> => {
  const handle = await open(path, 'wx')
  try {
    await handle.writev([...pieces])
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const put = async (root: string, path: string, pieces: readonly Uint8Array[], signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted()
  const aside = join(root, ASIDE, randomUUID())
  const target = join(root, path)
  await Promise.all([makeFolder(dirname(aside)), makeFolder(dirname(target))])
  try {
    await writeAside(aside, pieces)
    await rename(aside, target)
    await flushFolder(dirname(target))
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined)
    throw error
  }
}

/** Its time is set first: what was moved lasts from then on. */
const move = async (root: string, from: string, to: string): Promise<void> => {
  const [source, target] = [join(root, from), join(root, to)]
  const now = systemClock.now() / 1_000
  await makeFolder(dirname(target))
  await utimes(source, now, now)
    .then(() => rename(source, target))
    .catch(orWhenMissing(undefined))
}

const readPart = async (path: string, { from, to }: BytePart): Promise<Buffer> => {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

const get = (path: string, part?: BytePart): Promise<Buffer | null> =>
  (part ? readPart(path, part) : readFile(path)).catch(orWhenMissing(null))

const list = async (root: string, folder: string): Promise<readonly StoredObject[]> => {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(orWhenMissing([]))
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const found = await Promise.all(
    files.map(async file => {
      const about = await stat(file).catch(orWhenMissing(null))
      const path = relative(root, file).split(sep).join('/')
      return about && { path, bytes: about.size, modifiedMs: about.mtimeMs }
    })
  )
  return found.filter(object => object !== null).sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** A lake in a folder: files are written aside, flushed and renamed. */
export const folderStore = (folder: string): LakeStore => {
  const root = resolve(folder)
  const explained = <T>(work: Promise<T>): Promise<T> =>
    work.catch(cause => {
      throw explain(root, cause)
    })
  return {
    url: root,
    put: (path, pieces, signal) =>
      put(root, path, pieces, signal).catch(cause => {
        signal?.throwIfAborted()
        throw explain(root, cause)
      }),
    get: (path, part) => explained(get(join(root, path), part)),
    list: prefix => explained(list(root, prefix)),
    move: (from, to) => explained(move(root, from, to)),
    remove: path => explained(rm(join(root, path), { force: true })),
    close: () => undefined
  }
}
