import { createHmac } from 'node:crypto'
import type { Alert } from '../../market/records/alert/alert.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { WebhookConfig } from '../../runtime/config/config.ts'
import { tlsProblem } from '../../runtime/observe/tls-problem.ts'

type Body = (alert: Alert, url: URL) => unknown

const SIGNS = { low: '🟡', medium: '🟠', high: '🔴' } as const

/** One line for people. */
const line = ({ state, priority, message, rule }: Alert): string =>
  `${state === 'firing' ? SIGNS[priority] : '🟢'} ${state} (${priority}): ${message} [${rule}]`

const BODIES: Readonly<Record<WebhookConfig['format'], Body>> = {
  json: alert => alert,
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks; the three characters that mean something there
  slack: alert => ({ text: line(alert).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') }),
  // https://docs.discord.com/developers/resources/webhook#execute-webhook; nobody is to be called by what a message holds
  discord: alert => ({ content: line(alert).slice(0, 2_000), allowed_mentions: { parse: [] } }),
  // https://core.telegram.org/bots/api#sendmessage
  telegram: (alert, url) => ({ chat_id: url.searchParams.get('chat_id'), text: line(alert).slice(0, 4_096) })
}

/** What is posted for an alert, as JSON. */
export const webhookBody = ({ format, url }: WebhookConfig, alert: Alert): string =>
  JSON.stringify(BODIES[format](alert, new URL(url)))

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

/** What to set right where it is no alert's own fault. */
const meaning = (status: number): string => {
  if (status >= 300 && status < 400) return ', it has moved; set ALERT_WEBHOOK_URL to where it is now'
  if (status === 401 || status === 403)
    return ', it does not let us in; look at ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET'
  if (status === 404 || status === 410) return ', there is no such receiver any more; correct ALERT_WEBHOOK_URL'
  return ''
}

const answerOf = (response: Response, now: number): Answer => {
  const { status } = response
  if (response.ok) return { kind: 'taken' }
  const detail = `the receiver answers ${status}${meaning(status)}`
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
      const tls = tlsProblem(error)
      const detail = tls ? `the receiver cannot be trusted: ${tls.words}` : 'the receiver does not answer'
      return { kind: 'later', detail: `${detail}: ${reason(error)}`, retryAfterMs: 0 }
    }
  }
