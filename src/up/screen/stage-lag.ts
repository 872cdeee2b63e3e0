import type { RunningStage } from '../run-stages.ts'

const LAG = /^kafka_consumergroup_lag\{[^}]*\} (\d+)/gm

const MOST_SHOWN = 60
const ASK_WITHIN_MS = 1_000

const ask = (url: string): Promise<Response> => fetch(url, { signal: AbortSignal.timeout(ASK_WITHIN_MS) })

/**
 * A stage's state and how many records it is behind, in a few words. Its figures are of what the broker said last: while that is
 * silent nobody knows them.
 */
export const stageLag = async ({ name, metricsUrl, state }: RunningStage, isBrokerSilent: boolean): Promise<string> => {
  if (state() !== 'running') return `${name} ${state()}`
  try {
    const [readiness, metrics] = await Promise.all([ask(metricsUrl().replace(/metrics$/, 'readyz')), ask(metricsUrl())])
    const [said, text] = await Promise.all([readiness.text(), metrics.text()])
    if (isBrokerSilent) return `${name} ! lag unknown`
    if (!readiness.ok) return `${name} ! ${said.trim().split('\n')[0]?.slice(0, MOST_SHOWN)}`
    const lags = [...text.matchAll(LAG)].map(match => Number(match[1]))
    return lags.length === 0 ? `${name} ✓` : `${name} ✓ ${lags.reduce((sum, lag) => sum + lag, 0)} behind`
  } catch {
    return `${name} starting`
  }
}
