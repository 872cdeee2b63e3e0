import { HttpError } from '@influxdata/influxdb-client'
import { TickstreamError } from '../../market/error.ts'
import type { EpochMs } from '../../market/time.ts'
import { tlsProblem } from '../../runtime/observe/tls-problem.ts'

/** What was asked of whom, for the words of an error. */
export type Asked = { readonly url: string; readonly org: string; readonly bucket: string }

/** Answers of https://docs.influxdata.com/influxdb/v2/api/v2/#operation/PostWrite, and of proxies on the way. 201: some lines were refused. */
const DATA = [201, 400, 413, 422]
const PASSES = [408, 425, 429]

/** No server is obeyed for longer than that. */
const MAX_MS = 600_000
const MAX_TEXT = 300

/** What a failed write means: values that can never be stored, an outage that passes, or a setting that someone has to mend. */
export const explainError = (cause: unknown, asked: Asked, now: EpochMs): TickstreamError => {
  if (cause instanceof TickstreamError) return cause
  if (!(cause instanceof HttpError)) return unreachable(cause, asked)
  if (PASSES.includes(cause.statusCode) || cause.statusCode >= 500) return outage(cause, now)
  if (DATA.includes(cause.statusCode) && (cause.statusCode !== 400 || isInflux(cause)))
    return new TickstreamError('TS-INFLUX-REFUSED', `InfluxDB refuses the points: ${describe(cause)}`, { cause })
  return new TickstreamError(
    'TS-INFLUX-SETUP',
    `InfluxDB refuses to be written to: ${describe(cause)}; ${advice(cause, asked)}`,
    {
      cause
    }
  )
}

/** InfluxDB says in JSON what is wrong with points; a proxy, or another server, that knows no such request does not. */
const isInflux = ({ json }: HttpError): boolean =>
  typeof json === 'object' && json !== null && ('message' in json || 'error' in json)

const outage = (cause: HttpError, now: EpochMs): TickstreamError => {
  const retryAfterMs = Math.min(MAX_MS, retryAfter(cause, now))
  const wish = retryAfterMs > 0 ? `, and wants to be left alone for ${Math.ceil(retryAfterMs / 1_000)} s` : ''
  const message = `InfluxDB takes no writes now: ${describe(cause)}${wish}`
  return new TickstreamError('TS-INFLUX-AWAY', message, { retryAfterMs, cause })
}

const unreachable = (cause: unknown, { url }: Asked): TickstreamError => {
  const words = cause instanceof AggregateError ? cause.errors.map(wordsOf).join(', ') : wordsOf(cause)
  const where = `InfluxDB at ${new URL(url).host}`
  const tls = tlsProblem(cause)
  if (tls)
    return new TickstreamError(tls.passes ? 'TS-INFLUX-AWAY' : 'TS-SETUP', `${where}: ${tls.words} (${words})`, {
      cause
    })
  const message = `${where} does not answer: ${words}`
  return new TickstreamError('TS-INFLUX-AWAY', message, { cause })
}

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message || cause.name : String(cause))

/** The server's words on one line, behind its status. */
const describe = ({ statusCode, message }: HttpError): string => {
  const words = message.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT)
  return words.startsWith(String(statusCode)) ? words : `${statusCode} ${words}`
}

const advice = (cause: HttpError, { url, org, bucket }: Asked): string => {
  const { statusCode } = cause
  if (statusCode === 401 || statusCode === 403)
    return `set INFLUX_TOKEN to a token that may write to bucket ${bucket} of organization ${org}`
  if (statusCode === 404 && isInflux(cause))
    return `create bucket ${bucket} in organization ${org}, or set INFLUX_BUCKET and INFLUX_ORG`
  return `set INFLUX_URL to where InfluxDB 2 takes writes: ${new URL(url).host} does not`
}

/** In milliseconds, from seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
const retryAfter = ({ headers }: HttpError, now: EpochMs): number => {
  const text = String(headers?.['retry-after'] ?? '')
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}
