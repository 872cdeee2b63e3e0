import type { Writable } from 'node:stream'

/** Writes text or bytes and waits until it is taken, so that a slow reader slows the replay. */
export type LineWriter = {
  /** Rejects when the output fails; resolves without a word when the reader has gone away. */
  readonly write: (part: string | Uint8Array) => Promise<void>
  /** Raised when the reader has gone away, for example `head` after its lines. */
  readonly gone: AbortSignal
}

const isGone = (error: Error): boolean => 'code' in error && error.code === 'EPIPE'

export const lineWriter = (out: Writable): LineWriter => {
  const gone = new AbortController()
  const onError = (error: Error): void => {
    if (isGone(error)) gone.abort(error)
  }
  out.on('error', onError)
  const write = (part: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      out.write(part, error => {
        if (error) onError(error)
        if (!error || isGone(error)) resolve()
        else reject(error)
      })
    })
  return { write, gone: gone.signal }
}
