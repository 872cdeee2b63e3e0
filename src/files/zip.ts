import type { Readable } from 'node:stream'
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl'
import { TickstreamError } from '../market/error.ts'
import { explainRead, type Source } from './source.ts'

/** A file in a zip. */
export type ZipEntry = { readonly name: string; readonly open: () => Promise<Readable> }

/** A zip whose list is read. */
export type Zip = { readonly entries: readonly ZipEntry[]; readonly close: () => void }

/** Beside the data: folders, what macOS adds, checksums and notes. */
const BESIDE = /\/$|^__MACOSX\/|(?:^|\/)\.|\.(?:checksum|md|pdf|html?)$|(?:^|\/)(?:readme|license)[^/]*$/i

const listed = async (zip: ZipFile): Promise<readonly Entry[]> => {
  const found: Entry[] = []
  for await (const entry of zip.eachEntry()) if (!BESIDE.test(entry.fileName)) found.push(entry)
  return found.sort((one, other) => (one.fileName < other.fileName ? -1 : 1))
}

const opened = async (name: string, file: Promise<ZipFile>): Promise<Zip> => {
  try {
    const zip = await file
    const entries = await listed(zip)
    return {
      entries: entries.map(entry => ({ name: entry.fileName, open: () => zip.openReadStreamPromise(entry) })),
      close: () => zip.close()
    }
  } catch (error) {
    throw explainRead(name, error)
  }
}

const OPTIONS = { lazyEntries: true, autoClose: false } as const

/** Opens a zip on disk, of which only what is asked for is read. Throws `TS-DATA` for what is none. */
export const openZip = (path: string): Promise<Zip> => opened(path, openPromise(path, OPTIONS))

/** The files of a zip that came as bytes. */
export const zipOf = async (source: Source): Promise<Zip> =>
  opened(source.name, fromBufferPromise(await source.whole(), OPTIONS))

/** The one file of a zip. Throws `TS-DATA` where there are none or several. */
export const onlyEntry = (name: string, { entries }: Zip): ZipEntry => {
  const [entry] = entries
  if (entries.some(({ name }) => name === '[Content_Types].xml'))
    throw new TickstreamError('TS-DATA', `${name} is a workbook of Excel; save its sheet as CSV`)
  if (entry === undefined) throw new TickstreamError('TS-DATA', `${name} is a zip without a file of data`)
  if (entries.length === 1) return entry
  const names = entries.slice(0, 5).map(({ name }) => name)
  const more = entries.length > names.length ? ' …' : ''
  throw new TickstreamError(
    'TS-DATA',
    `${name} is a zip of ${entries.length} files (${names.join(', ')}${more}); unpack it and name one`
  )
}
