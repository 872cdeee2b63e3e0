import type { Alert } from '../../market/records/alert/alert.ts'
import type { WebhookConfig } from '../../runtime/config/config.ts'

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
