import { validateHeaderValue } from 'node:http'
import { HttpError, InfluxDB, type Transport } from '@influxdata/influxdb-client'
import { TickstreamError } from '../../market/error.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { InfluxConfig } from '../../runtime/config/config.ts'
import { within } from '../../runtime/within.ts'
import { explainError } from './explain-error.ts'

/** Writes lines of line protocol. Rejects with what `explainError` makes of a failure, or with the signal's reason. */
export type InfluxWriter = (lines: readonly string[], signal: AbortSignal) => Promise<void>

/** An answer is waited for so long. */
const ANSWER_WITHIN_MS = 10_000
const GZIP_ABOVE_BYTES = 1_000
const HEADERS = { 'content-type': 'text/plain; charset=utf-8' }

type WriteRoute = { readonly transport: Transport; readonly path: string; readonly clock: Clock }

/**
 * One request a call: nothing is buffered, and nothing tried again, behind the caller's back. The client's own `WriteApi` knows no
 * signal, and a request of its that timed out goes on, and may land after newer ones; hence its transport alone.
 */
export const createInfluxWriter = (config: InfluxConfig, clock: Clock): InfluxWriter => {
  const { url, token, org, bucket } = config
  checkToken(token)
  const { transport } = new InfluxDB({ url, token, timeout: 0 })
  const link = { transport, path: `/api/v2/write?${new URLSearchParams({ org, bucket, precision: 'ms' })}`, clock }
  return async (lines, signal) => {
    signal.throwIfAborted()
    try {
      await post(link, lines, signal)
    } catch (cause) {
      signal.throwIfAborted()
      throw explainError(cause, config, clock.now())
    }
  }
}

const checkToken = (token: string): void => {
  try {
    validateHeaderValue('authorization', token)
  } catch (cause) {
    throw new TickstreamError('TS-CONFIG', 'INFLUX_TOKEN: holds characters that no token has; copy it again', { cause })
  }
}

/** Sends one request, and ends it when it takes too long: what is given up must not land later. */
const post = async (
  { transport, path, clock }: WriteRoute,
  lines: readonly string[],
  signal: AbortSignal
): Promise<void> => {
  const cut = new AbortController()
  const answer = send(transport, path, lines.join('\n'), AbortSignal.any([signal, cut.signal]))
  if (await within(ANSWER_WITHIN_MS, answer, clock)) return
  cut.abort()
  await answer.catch(() => undefined)
  const message = `InfluxDB has not answered within ${ANSWER_WITHIN_MS / 1_000} s`
  throw new TickstreamError('TS-INFLUX-AWAY', message)
}

/** Resolves when everything is stored. What answers 200 is no InfluxDB. */
const send = (transport: Transport, path: string, body: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    let status = 0
    const options = { method: 'POST', headers: HEADERS, gzipThreshold: GZIP_ABOVE_BYTES, signal }
    transport.send(path, body, options, {
      responseStarted: (_headers, statusCode) => {
        status = statusCode ?? 0
      },
      complete: () => (status === 204 ? resolve() : reject(new HttpError(status, 'is not the answer that is due'))),
      error: reject
    })
  })
