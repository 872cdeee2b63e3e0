import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { explainRead } from '../files/source.ts'
import { TickstreamError } from '../market/error.ts'
import { download, isAddress, nameAt } from './download.ts'

/** A file of trades that an exchange has published. */
export type ArchiveFile = {
  readonly path: string
  readonly name: string
  /** SHA-256 of its bytes, in hex. */
  readonly sha256: string
  /** The exchange's own checksum stood beside it, and is the same. */
  readonly isVerified: boolean
}

const CHECKSUM = '.CHECKSUM'

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  try {
    for await (const bytes of createReadStream(path)) hash.update(bytes)
  } catch (error) {
    throw explainRead(path, error)
  }
  return hash.digest('hex')
}

/** The checksum that the exchange published with a file; null where it does not stand beside it. */
const publishedChecksum = async (path: string): Promise<string | null> => {
  const text = await readFile(`${path}${CHECKSUM}`, 'utf8').catch(() => null)
  if (text === null) return null
  const sha256 = /^([0-9a-f]{64})\b/i.exec(text.trim())?.[1]
  if (sha256 !== undefined) return sha256.toLowerCase()
  throw new TickstreamError('TS-DATA', `${path}${CHECKSUM} holds no SHA-256; download it again`)
}

/** Looks at a file whole. Throws `TS-DATA` where the checksum beside it is another one. */
const openArchive = async (path: string): Promise<ArchiveFile> => {
  const [sha256, published] = [await sha256Of(path), await publishedChecksum(path)]
  if (published !== null && published !== sha256)
    throw new TickstreamError(
      'TS-DATA',
      `${path} has the checksum ${sha256}, and ${basename(path)}${CHECKSUM} says ${published}; download both again`
    )
  return { path, name: basename(path), sha256, isVerified: published !== null }
}

const isData = (name: string): boolean => /\.(?:zip|csv|csv\.gz|csv\.zst)$/i.test(name)

const refuseOthers = (path: string, name: string, prefix: string): void => {
  if (!name.startsWith(prefix))
    throw new TickstreamError('TS-CONFIG', `${path}: its files of trades are named ${prefix}2024-08-09.zip`)
}

const pathsIn = async (path: string, prefix: string): Promise<readonly string[]> => {
  if (isAddress(path)) {
    refuseOthers(path, nameAt(path), prefix)
    return [path]
  }
  const found = await stat(path).catch(error => {
    throw explainRead(path, error)
  })
  if (!found.isDirectory()) {
    refuseOthers(path, basename(path), prefix)
    return [path]
  }
  const names = (await readdir(path)).filter(name => name.startsWith(prefix) && isData(name)).sort()
  if (names.length > 0) return names.map(name => join(path, name))
  throw new TickstreamError('TS-CONFIG', `${path} has no file named ${prefix}2024-08-09.zip`)
}

async function* downloaded(address: string, signal: AbortSignal): AsyncGenerator<ArchiveFile> {
  const folder = await mkdtemp(join(tmpdir(), 'tickstream-import-'))
  try {
    yield await openArchive(await download(address, folder, signal))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/**
 * The files of trades at some places, each a file, a folder of them or an address, with their checksums looked at one after the other.
 * What is downloaded is there until the next one is asked for. Throws `TS-CONFIG` for a place without such a file.
 */
export async function* findArchives(
  paths: readonly string[],
  prefix: string,
  signal: AbortSignal
): AsyncGenerator<ArchiveFile> {
  const found: string[] = []
  for (const path of paths) found.push(...(await pathsIn(path, prefix)))
  for (const path of new Set(found)) {
    if (isAddress(path)) yield* downloaded(path, signal)
    else yield await openArchive(path)
  }
}
