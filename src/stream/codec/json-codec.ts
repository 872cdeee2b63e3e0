import { TickstreamError } from '../../market/error.ts'
import type { RecordTable } from '../../market/records/fields.ts'
import type { Codec } from './codec.ts'
import { recordReader } from './record-reader.ts'

/** What stands in a text for bytes that are none. */
const REPLACEMENT = '\ufffd'
const strict = new TextDecoder('utf-8', { fatal: true })

/** Parses JSON bytes. Throws `TS-DATA` with the parser's words. */
export const parseJson = (bytes: Buffer): unknown => {
  try {
    const text = bytes.toString('utf8')
    return JSON.parse(text.includes(REPLACEMENT) ? strict.decode(bytes) : text)
  } catch (cause) {
    throw new TickstreamError('TS-DATA', `not JSON: ${(cause as Error).message}`, { cause })
  }
}

/** JSON text ↔ a value that `check` accepts; `check` throws `TS-DATA` that names the bad field. */
export const jsonCodec = <T>(check: (value: unknown) => T): Codec<T> => ({
  encode: value => JSON.stringify(value),
  decode: bytes => check(parseJson(bytes))
})

/** JSON text ↔ a record, by its table. What is written is the record as it is: whoever makes one names its fields in the order of the table. */
export const recordCodec = <R>(table: RecordTable<R>): Codec<R> => jsonCodec(recordReader(table))
