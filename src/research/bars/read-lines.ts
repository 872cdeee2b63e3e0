import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { types } from 'node:util'
import { createGunzip } from 'node:zlib'
import { TickstreamError } from '../../market/error.ts'

/** No line of candles is longer; a file that is something else is not read into memory whole. */
const LONGEST_LINE = 1 << 20

const openBytes = (path: string): Readable => {
  if (path === '-') return process.stdin
  const file = createReadStream(path)
  if (!path.endsWith('.gz')) return file
  const plain = createGunzip()
  file.on('error', error => plain.destroy(error))
  return file.pipe(plain)
}

const explain = (path: string, cause: unknown): unknown => {
  if (cause instanceof TickstreamError || !types.isNativeError(cause)) return cause
  const code = 'syscall' in cause ? 'TS-CONFIG' : 'TS-DATA'
  return new TickstreamError(code, `${path} cannot be read: ${cause.message}`, { cause })
}

/**
 * The lines of a text file without their ends; of what gzip packed where the name ends in `.gz`, and of stdin where it is `-`.
 * Throws `TS-CONFIG` for a file that cannot be opened and `TS-DATA` for one that is no text of lines.
 */
export async function* readLines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const bytes of openBytes(path)) {
      const parts = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n/)
      rest = parts.pop() ?? ''
      if (rest.length > LONGEST_LINE) throw new TickstreamError('TS-DATA', `${path} is no text of lines`)
      yield* parts
    }
  } catch (error) {
    throw explain(path, error)
  }
  if (rest !== '') yield rest
}
