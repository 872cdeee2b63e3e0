import { createHmac } from 'node:crypto'
import type { Alert } from '../../market/alert.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { WebhookConfig } from '../../runtime/config.ts'
import { webhookBody } from './webhook-body.ts'

/** What a receiver made of an alert. `detail` never holds its URL. */
type Answer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'later'; readonly detail: string; readonly retryAfterMs: number }
  | { readonly kind: 'refused'; readonly detail: string }

/** Sends one alert once. Rejects with the signal's reason alone. */
export type PostAlert = (alert: Alert, signal: AbortSignal) => Promise<Answer>

const ANSWER_WITHIN_MS = 10_000
/** Of the answers that refuse, those that may be others another time: timeout, conflict, too early, too many requests. */
const PASSING = new Set([408, 409, 425, 429])

const headersOf = ({ secret }: WebhookConfig, { id, state }: Alert, body: string): Record<string, string> => ({
  'content-type': 'application/json; charset=utf-8',
  // A key is ASCII; a rule's name is, and so is what it is about.
  'idempotency-key': `${id}-${state}`,
  'user-agent': 'tickstream',
  ...(secret ? { 'x-tickstream-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` } : {})
})

/** `Retry-After`: seconds or a date; 0 when it says nothing. */
const retryAfterMs = (header: string | null, now: number): number => {
  if (header === null) return 0
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}

const answerOf = (response: Response, now: number): Answer => {
  const { status } = response
  if (response.ok) return { kind: 'taken' }
  const detail = `the receiver answers ${status}`
  if (status < 500 && !PASSING.has(status)) return { kind: 'refused', detail }
  return { kind: 'later', detail, retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now) }
}

/** The system's own word where there is one: the client's says no more than that it failed. */
const reason = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return String(error)
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'cause' in error && error.cause ? reason(error.cause) : String(error)
}

/** Posts to the receiver, signed where there is a secret. A redirect is not followed: what is signed is for one address. */
export const createPostAlert =
  (config: WebhookConfig, clock: Clock): PostAlert =>
  async (alert, signal) => {
    const body = webhookBody(config, alert)
    try {
      const response = await fetch(config.url, {
        method: 'POST',
        headers: headersOf(config, alert, body),
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)])
      })
      await response.body?.cancel()
      return answerOf(response, clock.now())
    } catch (error) {
      signal.throwIfAborted()
      return { kind: 'later', detail: `the receiver does not answer: ${reason(error)}`, retryAfterMs: 0 }
    }
  }
