import { tlsProblem } from '../runtime/observe/tls-problem.ts'
import type { Check } from './finding.ts'
import { reasonOf } from './finding.ts'

const ANSWER_WITHIN_MS = 5_000

/** Whether InfluxDB answers and knows the token; without INFLUX_URL its sink is off. */
export const checkInflux: Check = async ({ config: { influx } }) => {
  const part = 'InfluxDB'
  if (influx === null) return [{ part, state: 'note', says: 'INFLUX_URL is not set; `sink influx` is off' }]
  const url = new URL(`${influx.url.replace(/\/+$/, '')}/api/v2/write`)
  url.search = new URLSearchParams({ org: influx.org, bucket: influx.bucket, precision: 'ms' }).toString()
  try {
    const headers = { authorization: `Token ${influx.token}` }
    const answer = await fetch(url, { method: 'POST', headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    if (isTaken(answer)) return [{ part, state: 'ok', says: `${influx.url} answers` }]
    const [problem, todo] = WRONG[answer.status] ?? otherwise(answer.status)
    return [{ part, state: 'missing', says: `${influx.url} ${problem}`, todo }]
  } catch (error) {
    const tls = tlsProblem(error)
    if (tls) return [{ part, state: 'missing', says: `${influx.url}: ${tls.words} (${reasonOf(error)})` }]
    return [{ part, state: 'missing', says: reasonOf(error), todo: 'start the server, or correct INFLUX_URL' }]
  }
}

/** Nothing is written, or said to be no point: in JSON, as InfluxDB says it. */
const isTaken = ({ status, headers }: Response): boolean =>
  status === 204 || (status === 400 && headers.get('content-type')?.includes('json') === true)

const otherwise = (status: number): readonly [says: string, todo: string] =>
  status === 429 || status >= 500
    ? [`takes no writes now: it answers ${status}`, 'look at its log']
    : [`answers ${status}, as InfluxDB 2 does not`, 'correct INFLUX_URL']

/** Answers to a write of nothing that no waiting mends. */
const WRONG: Readonly<Record<number, readonly [says: string, todo: string]>> = {
  401: ['does not know the token', 'set INFLUX_TOKEN to one that may write to the bucket'],
  403: ['forbids the token to write', 'set INFLUX_TOKEN to one that may write to the bucket'],
  404: [
    'has no such organisation or bucket',
    'correct INFLUX_ORG and INFLUX_BUCKET, or make the bucket; or correct INFLUX_URL'
  ]
}
