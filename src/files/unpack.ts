import { Readable, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { TickstreamError } from '../market/error.ts'
import { openSource, peek, type Source } from './source.ts'
import { onlyEntry, openZip, zipOf } from './zip.ts'

/** What a file is, by its first bytes. */
type Content = 'text' | 'parquet' | 'arrow'

/** A file that nothing packs any more. */
export type Unpacked = {
  readonly content: Content
  readonly source: Source
  /** What it was packed in, outermost first. */
  readonly packed: readonly string[]
  readonly close: () => void
}

const startsWith = (head: Buffer, ...bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte)
const says = (head: Buffer, text: string): boolean => head.subarray(0, text.length).toString('latin1') === text

/** What no reader is here for, and the way out. */
const REFUSED: readonly (readonly [is: (head: Buffer) => boolean, what: string])[] = [
  [head => says(head, 'FEA1'), 'Feather of version 1; write it again, to_feather of today writes version 2'],
  [head => says(head, 'BZh'), 'packed by bzip2; unpack it first'],
  [head => says(head, '\xfd7zXZ'), 'packed by xz; unpack it first'],
  [head => says(head, '7z\xbc\xaf'), 'packed by 7-Zip; unpack it first'],
  [head => says(head, 'Rar!'), 'packed by RAR; unpack it first'],
  [head => says(head, 'SQLite format 3'), 'a database of SQLite; export its table as CSV'],
  [head => says(head, '\x89HDF'), 'HDF5; write it as CSV, Feather or Parquet'],
  [head => says(head, '\xd0\xcf\x11\xe0'), 'a workbook of Excel; save its sheet as CSV'],
  [head => says(head, '%PDF'), 'a PDF; give a table'],
  [head => startsWith(head, 0x80, 4, 0x95) || startsWith(head, 0x80, 5, 0x95), 'a pickle of Python; write it as CSV'],
  [head => /^\s*<(?:!doctype|html|\?xml)/i.test(head.toString('latin1')), 'a web page; download the file itself']
]

const contentOf = ({ name, head }: Source): Content => {
  if (says(head, 'PAR1')) return 'parquet'
  if (says(head, 'ARROW1') || startsWith(head, 0xff, 0xff, 0xff, 0xff)) return 'arrow'
  const refused = REFUSED.find(([is]) => is(head))
  if (refused) throw new TickstreamError('TS-DATA', `${name} is ${refused[1]}`)
  return 'text'
}

const through = (source: Source, unpacker: Transform): Promise<Source> => {
  const packed = Readable.from(source.stream())
  packed.on('error', error => unpacker.destroy(error))
  return peek(source.name, packed.pipe(unpacker))
}

/** A packed file in a packed file is opened; what is packed deeper is nobody's data. */
const MAX_DEPTH = 3

const unpackAt = async (source: Source, onDisk: string | null, packed: readonly string[]): Promise<Unpacked> => {
  const { head, name } = source
  if (packed.length > MAX_DEPTH) throw new TickstreamError('TS-DATA', `${name} is packed ${MAX_DEPTH} times over`)
  if (startsWith(head, 0x1f, 0x8b)) return unpackAt(await through(source, createGunzip()), null, [...packed, 'gzip'])
  if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd))
    return unpackAt(await through(source, createZstdDecompress()), null, [...packed, 'zstd'])
  if (!startsWith(head, 0x50, 0x4b, 3, 4)) return { content: contentOf(source), source, packed, close: () => undefined }
  const zip = await (onDisk === null ? zipOf(source) : openZip(onDisk))
  const entry = onlyEntry(name, zip)
  const inner = await peek(`${name} (${entry.name})`, await entry.open())
  const found = await unpackAt(inner, null, [...packed, 'zip'])
  return {
    ...found,
    close: () => {
      found.close()
      zip.close()
    }
  }
}

/**
 * Opens a file, `-` for stdin, and unpacks it, by what its first bytes say and not by its name: gzip, zstd, a zip of one file.
 * Throws `TS-CONFIG` for one that cannot be opened, and `TS-DATA`, with the way out, for one that nothing here reads.
 */
export const openUnpacked = async (path: string): Promise<Unpacked> =>
  unpackAt(await openSource(path), path === '-' ? null : path, [])
