import { isPoison, TickstreamError } from '../../../market/error.ts'
import type { Incoming, Topic } from '../../../stream/topic.ts'

/** A topic of which the newest record of each key counts. */
export type Table<T> = Pick<Topic<T>, 'name' | 'codec' | 'key'>

/** One record of a table; `value` null takes its key away. */
type Entry<T> = { readonly key: string; readonly value: T | null }

/** Reads a record of a table. Throws `TS-DATA` that says why it cannot be used, whatever it is. */
export const readEntry = <T>({ codec, key: keyOf }: Table<T>, { key, value, unreadable }: Incoming): Entry<T> => {
  if (unreadable !== undefined) throw new TickstreamError('TS-DATA', unreadable)
  if (key === null) throw new TickstreamError('TS-DATA', 'it has no key')
  const recordKey = key.toString()
  if (value === null) return { key: recordKey, value: null }
  const read = decoded(codec.decode, value)
  if (keyOf(read) !== recordKey)
    throw new TickstreamError(
      'TS-DATA',
      `key: ${JSON.stringify(recordKey.slice(0, 80))} is not that of its value, ${keyOf(read)}`
    )
  return { key: recordKey, value: read }
}

/** Decodes bytes that anybody may have written: whatever is thrown is a fault of theirs. */
const decoded = <T>(decode: (bytes: Buffer) => T, bytes: Buffer): T => {
  try {
    return decode(bytes)
  } catch (cause) {
    if (isPoison(cause)) throw cause
    throw new TickstreamError('TS-DATA', cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
