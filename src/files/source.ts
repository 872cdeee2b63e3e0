import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { types } from 'node:util'
import { TickstreamError } from '../market/error.ts'

/** The bytes of a file, of stdin, or of what either of them holds packed. They are read once: as they come, or all at once. */
export type Source = {
  /** What errors call it. */
  readonly name: string
  /** The first bytes, which say what it is. */
  readonly head: Buffer
  readonly stream: () => AsyncIterable<Uint8Array>
  readonly whole: () => Promise<Buffer>
}

/** So many bytes say what a file is. */
const HEAD_BYTES = 4_096

/** What a failed read means: a file that cannot be opened is wrong usage, one that cannot be understood is wrong data. */
export const explainRead = (name: string, cause: unknown): unknown => {
  if (cause instanceof TickstreamError || !types.isNativeError(cause)) return cause
  const code = 'syscall' in cause ? 'TS-CONFIG' : 'TS-DATA'
  return new TickstreamError(code, `${name} cannot be read: ${cause.message}`, { cause })
}

async function* joined(parts: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* parts
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

/** Looks at the first bytes. Throws `TS-CONFIG` for what cannot be opened, `TS-DATA` for what cannot be unpacked. */
export const peek = async (name: string, bytes: AsyncIterable<Uint8Array>): Promise<Source> => {
  const iterator = bytes[Symbol.asyncIterator]()
  const parts: Uint8Array[] = []
  let length = 0
  try {
    while (length < HEAD_BYTES) {
      const next = await iterator.next()
      if (next.done) break
      parts.push(next.value)
      length += next.value.length
    }
  } catch (error) {
    throw explainRead(name, error)
  }
  const stream = (): AsyncIterable<Uint8Array> => joined(parts, iterator)
  const whole = (): Promise<Buffer> =>
    buffer(stream()).catch(error => {
      throw explainRead(name, error)
    })
  return { name, head: Buffer.concat(parts).subarray(0, HEAD_BYTES), stream, whole }
}

/** Opens a file; `-` is stdin. Throws `TS-CONFIG` for a file that cannot be opened. */
export const openSource = (path: string): Promise<Source> =>
  peek(path, path === '-' ? process.stdin : createReadStream(path))
