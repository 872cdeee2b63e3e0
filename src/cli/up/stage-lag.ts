import type { RunningStage } from './run-stages.ts'

const LAG = /^kafka_consumergroup_lag\{[^}]*\} (\d+)/gm

/** A stage's state and how many records it is behind, in a few words. */
export const stageLag = async ({ name, metricsUrl, state }: RunningStage): Promise<string> => {
  if (state() !== 'running') return `${name} ${state()}`
  try {
    const text = await (await fetch(metricsUrl(), { signal: AbortSignal.timeout(1_000) })).text()
    const lags = [...text.matchAll(LAG)].map(match => Number(match[1]))
    return lags.length === 0 ? `${name} ✓` : `${name} ✓ ${lags.reduce((sum, lag) => sum + lag, 0)} behind`
  } catch {
    return `${name} starting`
  }
}
