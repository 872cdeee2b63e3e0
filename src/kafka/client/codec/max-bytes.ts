import { TickstreamError } from '../../../market/error.ts'

/** What one batch may grow to when it is decompressed: a few bytes could otherwise fill the memory. */
export const MAX_BATCH_BYTES = 128 << 20

/** What was compressed cannot be read: it was cut, or changed, or is something else. */
export const damaged = (codec: string, what: string): TickstreamError =>
  new TickstreamError('TS-DATA', `not ${codec}: ${what}`)

export const checkSize = (codec: string, bytes: number): void => {
  if (bytes > MAX_BATCH_BYTES)
    throw damaged(codec, `${bytes} bytes when decompressed, more than the ${MAX_BATCH_BYTES} that are taken`)
}
