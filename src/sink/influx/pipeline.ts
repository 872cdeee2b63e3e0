import type { EpochMs } from '../../market/time.ts'
import { metrics } from '../../runtime/metrics.ts'
import { lineOf } from './point.ts'

/** What a stage has done since it started, as its own metrics count it, and how far behind each of its partitions is. */
export type Sample = {
  readonly time: EpochMs
  readonly stage: string
  readonly points: number
  /** Seconds of lag behind the market, summed over `observed` values. */
  readonly lagSeconds: number
  readonly observed: number
  readonly lags: readonly { readonly tags: Readonly<Record<string, string>>; readonly lag: number }[]
}

const sum = (values: readonly { readonly value: number }[]): number => values.reduce((all, { value }) => all + value, 0)

/** Reads the metrics of this process. */
export const samplePipeline = async (stage: string, time: EpochMs): Promise<Sample> => {
  const [lags, rows, eventLag] = await Promise.all([
    metrics.consumerLag.get(),
    metrics.sinkRows.get(),
    metrics.eventLag.get()
  ])
  const behind = eventLag.values.filter(({ labels }) => labels.stage === stage)
  return {
    time,
    stage,
    points: sum(rows.values.filter(({ labels }) => labels.sink === stage)),
    lagSeconds: sum(behind.filter(({ metricName }) => metricName?.endsWith('_sum'))),
    observed: sum(behind.filter(({ metricName }) => metricName?.endsWith('_count'))),
    lags: lags.values.map(({ value, labels: { consumergroup, topic, partition } }) => ({
      tags: { group: String(consumergroup), topic: String(topic), partition: String(partition) },
      lag: value
    }))
  }
}

/** Measurement `pipeline`: the records that each partition is behind, and a stage's rates since the sample before. */
export const pipelineLines = (before: Sample, now: Sample): readonly string[] => {
  const { stage, time, lags } = now
  const point = { measurement: 'pipeline', time, floats: {}, counts: {}, flags: {} }
  const observed = now.observed - before.observed
  const floats = {
    points_per_second: ((now.points - before.points) * 1_000) / Math.max(1, time - before.time),
    event_lag_seconds: observed > 0 ? (now.lagSeconds - before.lagSeconds) / observed : null
  }
  const lines = [
    lineOf({ ...point, tags: { stage }, floats }),
    ...lags.map(({ tags, lag }) => lineOf({ ...point, tags, counts: { lag } }))
  ]
  return lines.filter(line => line !== null)
}
