import type { RestAnswer } from '../../exchange/rest-interface.ts'
import { TickstreamError } from '../../market/error.ts'

/** Gets a URL, or posts `body`, which is JSON text, to it. Throws `TS-EXCHANGE-AWAY` when there is no answer. */
export type FetchJson = (url: string, signal: AbortSignal, body?: string) => Promise<RestAnswer>

const TIMEOUT_MS = 10_000

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const posting = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body
})

export const fetchJson: FetchJson = async (url, signal, body) => {
  try {
    const response = await fetch(url, {
      ...(body === undefined ? {} : posting(body)),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    })
    const answered = parsed(await response.text())
    return { status: response.status, header: name => response.headers.get(name), body: answered }
  } catch (cause) {
    signal.throwIfAborted()
    const detail = cause instanceof Error ? `${cause.message} ${String(cause.cause ?? '')}`.trim() : String(cause)
    throw new TickstreamError('TS-EXCHANGE-AWAY', `${new URL(url).origin} does not answer: ${detail}`, {
      cause
    })
  }
}
