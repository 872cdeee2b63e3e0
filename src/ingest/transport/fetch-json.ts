import type { RestAnswer } from '../../exchange/rest-interface.ts'
import { TickstreamError } from '../../market/error.ts'

/** Gets a URL. Throws `TS-EXCHANGE-AWAY` when there is no answer. */
export type FetchJson = (url: string, signal: AbortSignal) => Promise<RestAnswer>

const TIMEOUT_MS = 10_000

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const fetchJson: FetchJson = async (url, signal) => {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) })
    const body = parsed(await response.text())
    return { status: response.status, header: name => response.headers.get(name), body }
  } catch (cause) {
    signal.throwIfAborted()
    const detail = cause instanceof Error ? `${cause.message} ${String(cause.cause ?? '')}`.trim() : String(cause)
    throw new TickstreamError('TS-EXCHANGE-AWAY', `${new URL(url).origin} does not answer: ${detail}`, {
      cause
    })
  }
}
