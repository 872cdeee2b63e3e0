import { TickstreamError } from '../../market/error.ts'
import type { Codec } from './codec.ts'

/** What stands in a text for bytes that are none. */
const REPLACEMENT = '\ufffd'
const strict = new TextDecoder('utf-8', { fatal: true })

/** Parses JSON bytes. Throws a `data` error with the parser's words. */
export const parseJson = (bytes: Buffer): unknown => {
  try {
    const text = bytes.toString('utf8')
    return JSON.parse(text.includes(REPLACEMENT) ? strict.decode(bytes) : text)
  } catch (cause) {
    throw new TickstreamError('data', `not JSON: ${(cause as Error).message}`, { cause })
  }
}

/** JSON text ↔ a value that `check` accepts; `check` throws a `data` error that names the bad field. */
export const jsonCodec = <T>(check: (value: unknown) => T): Codec<T> => ({
  encode: value => JSON.stringify(value),
  decode: bytes => check(parseJson(bytes))
})
