import type { EpochMs } from '../../market/time.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { lineOf } from './point.ts'

/** How many records a group has still to read of a partition. */
export type Lag = { readonly group: string; readonly topic: string; readonly partition: number; readonly lag: number }

/** What a stage has done since it started, as its own metrics count it. */
export type Sample = {
  readonly time: EpochMs
  readonly stage: string
  readonly points: number
  /** Seconds of lag behind the market, summed over `observed` values. */
  readonly lagSeconds: number
  readonly observed: number
}

const sum = (values: readonly { readonly value: number }[]): number => values.reduce((all, { value }) => all + value, 0)

/** Reads the metrics of this process. */
export const samplePipeline = async (stage: string, time: EpochMs): Promise<Sample> => {
  const [rows, eventLag] = await Promise.all([metrics.sinkRows.get(), metrics.eventLag.get()])
  const behind = eventLag.values.filter(({ labels }) => labels.stage === stage)
  return {
    time,
    stage,
    points: sum(rows.values.filter(({ labels }) => labels.sink === stage)),
    lagSeconds: sum(behind.filter(({ metricName }) => metricName?.endsWith('_sum'))),
    observed: sum(behind.filter(({ metricName }) => metricName?.endsWith('_count')))
  }
}

/** Measurement `pipeline`: the records that each group is behind, and a stage's rates since the sample before. */
export const pipelineLines = (before: Sample, now: Sample, lags: readonly Lag[]): readonly string[] => {
  const { stage, time } = now
  const point = { measurement: 'pipeline', time, floats: {}, counts: {}, flags: {} }
  const observed = now.observed - before.observed
  const floats = {
    points_per_second: ((now.points - before.points) * 1_000) / Math.max(1, time - before.time),
    event_lag_seconds: observed > 0 ? (now.lagSeconds - before.lagSeconds) / observed : null
  }
  const lines = [
    lineOf({ ...point, tags: { stage }, floats }),
    ...lags.map(({ group, topic, partition, lag }) =>
      lineOf({ ...point, tags: { group, topic, partition: String(partition) }, counts: { lag } })
    )
  ]
  return lines.filter(line => line !== null)
}
