import { KEPT, type Kept, type Retention } from '../../market/interval.ts'
import { type GatewayConfig, type InfluxConfig, WEBHOOK_FORMATS, type WebhookConfig } from './config.ts'
import { anyText, parseDuration, parseList, parseOneOf, parseOrigin, parsePort, parseUrl } from './parse-setting.ts'
import type { SettingsReader } from './settings.ts'

const TOKEN_ALLOWED = '32 characters or more without spaces, letters and digits say: openssl rand -hex 24 makes one'

/** Too long to be guessed, and of characters that a header can carry. */
const parseToken = (text: string): string | undefined => (/^[\x21-\x7e]{32,}$/.test(text) ? text : undefined)

/** Where the gateway listens, and what it wants to be shown. Others than this machine may reach it with a token alone. */
export const gateway = (from: SettingsReader): GatewayConfig => {
  const host = from.read({ name: 'HTTP_HOST', fallback: '127.0.0.1', allowed: 'an address or a name', parse: anyText })
  const port = from.read({ name: 'HTTP_PORT', fallback: 8080, allowed: 'a port, 0 to 65535', parse: parsePort })
  const problems = from.problems.length
  const token = from.read({ name: 'API_TOKEN', fallback: '', allowed: TOKEN_ALLOWED, parse: parseToken, secret: true })
  const isTokenRefused = from.problems.length > problems
  if (token === '' && !isTokenRefused && !isLoopback(host))
    from.complain(
      `HTTP_HOST: ${JSON.stringify(host)} can be reached from other machines, but API_TOKEN is not set; set it (or API_TOKEN_FILE), or HTTP_HOST to 127.0.0.1`
    )
  const corsOrigins = from.read<readonly string[]>({
    name: 'HTTP_CORS_ORIGINS',
    fallback: [],
    allowed: 'origins such as https://charts.example, with commas between; a star would let every page in',
    parse: parseList(parseOrigin)
  })
  return { host, port, token: token || null, corsOrigins: [...new Set(corsOrigins)] }
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)

/** Where points go; null: nowhere. */
export const influx = (from: SettingsReader): InfluxConfig | null => {
  const name = (setting: string, fallback: string): string =>
    from.read({ name: setting, fallback, allowed: 'a name', parse: anyText })
  const url = from.read({
    name: 'INFLUX_URL',
    fallback: '',
    allowed: 'http://… or https://…',
    parse: parseUrl('http', 'https')
  })
  const token = from.read({ name: 'INFLUX_TOKEN', fallback: '', allowed: 'a token', parse: anyText, secret: true })
  const [org, bucket] = [name('INFLUX_ORG', 'tickstream'), name('INFLUX_BUCKET', 'crypto-data')]
  return url ? { url, token, org, bucket } : null
}

/** Where alerts go; null: into the log alone. */
export const alertWebhook = (from: SettingsReader): WebhookConfig | null => {
  const secretly = (name: string, allowed: string, parse: (text: string) => string | undefined): string =>
    from.read({ name, fallback: '', allowed, parse, secret: true })
  const url = secretly('ALERT_WEBHOOK_URL', 'http://… or https://…', text =>
    parseUrl('http', 'https')(text) === undefined ? undefined : text
  )
  const secret = secretly('ALERT_WEBHOOK_SECRET', 'a secret', anyText) || null
  const format = from.read<WebhookConfig['format']>({
    name: 'ALERT_WEBHOOK_FORMAT',
    fallback: 'json',
    allowed: WEBHOOK_FORMATS.join(', '),
    parse: parseOneOf(WEBHOOK_FORMATS)
  })
  if (url && format === 'telegram' && !new URL(url).searchParams.get('chat_id'))
    from.complain(
      'ALERT_WEBHOOK_URL: names no chat; end it in /sendMessage?chat_id=… for ALERT_WEBHOOK_FORMAT=telegram'
    )
  return url ? { url, secret, format } : null
}

const DAY_MS = 86_400_000

/** In days; null: for ever. */
const DEFAULT_DAYS: Readonly<Record<Kept, number | null>> = {
  '1s': 7,
  '5s': 14,
  '10s': 30,
  '30s': 60,
  '1m': 365,
  '5m': 730,
  '15m': 1_095,
  '1h': null,
  '1d': null,
  kpis: 30
}

const parseRetention = (text: string): number | null | undefined => {
  if (text === 'forever') return null
  const ms = parseDuration(text)
  return ms !== undefined && ms >= DAY_MS ? ms : undefined
}

const retentionOf = (from: SettingsReader, kept: Kept): number | null => {
  const days = DEFAULT_DAYS[kept]
  return from.read<number | null>({
    name: `RETENTION_${kept.toUpperCase()}`,
    fallback: days === null ? null : days * DAY_MS,
    allowed: 'a duration such as 7d, 1d at least, or forever',
    parse: parseRetention
  })
}

/** How long the database keeps the rows of each interval, and KPIs. */
export const retention = (from: SettingsReader): Retention =>
  Object.fromEntries(KEPT.map(kept => [kept, retentionOf(from, kept)])) as unknown as Retention
