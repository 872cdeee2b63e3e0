import { afterEach, describe, expect, test } from '@jest/globals'
import { epochMs } from '../../../src/market/time.ts'
import { metrics } from '../../../src/runtime/observe/metrics.ts'
import { pipelineLines, samplePipeline } from '../../../src/sink/influx/pipeline.ts'
import { reportPipeline } from '../../../src/sink/influx/report-pipeline.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { silent } from '../../support/silent.ts'
import { parseLine } from './line-protocol.ts'

const STAGE = 'sink-of-test'
const NOW = 1_723_161_600_000

afterEach(() => {
  for (const metric of [metrics.sinkRows, metrics.eventLag]) metric.reset()
})

describe('measurement pipeline', () => {
  test('says how far each group is behind, and what a stage has done since the sample before', async () => {
    metrics.sinkRows.inc({ sink: STAGE }, 100)
    metrics.eventLag.observe({ stage: STAGE }, 60)
    const before = await samplePipeline(STAGE, epochMs(NOW))
    metrics.sinkRows.inc({ sink: STAGE }, 50)
    metrics.sinkRows.inc({ sink: 'another' }, 1_000)
    metrics.eventLag.observe({ stage: STAGE }, 0.25)
    metrics.eventLag.observe({ stage: STAGE }, 0.75)
    const now = await samplePipeline(STAGE, epochMs(NOW + 10_000))
    const lags = [{ group: 'p-aggregate', topic: 'p-raw_ticks', partition: 3, lag: 7 }]
    expect(pipelineLines(before, now, lags).map(parseLine)).toEqual([
      {
        measurement: 'pipeline',
        tags: { stage: STAGE },
        fields: {
          points_per_second: { type: 'float', value: 5 },
          event_lag_seconds: { type: 'float', value: 0.5 }
        },
        time: NOW + 10_000
      },
      {
        measurement: 'pipeline',
        tags: { group: 'p-aggregate', topic: 'p-raw_ticks', partition: '3' },
        fields: { lag: { type: 'integer', value: 7 } },
        time: NOW + 10_000
      }
    ])
  })

  test('a stage that stored nothing has a rate of nought, and no lag behind the market', async () => {
    const before = await samplePipeline(STAGE, epochMs(NOW))
    const lines = pipelineLines(before, await samplePipeline(STAGE, epochMs(NOW + 10_000)), [])
    expect(lines.map(line => parseLine(line).fields)).toEqual([{ points_per_second: { type: 'float', value: 0 } }])
  })

  test('is written every ten seconds until the signal, whatever becomes of a write', async () => {
    const stopping = new AbortController()
    const clock = fakeClock(NOW)
    const times: number[] = []
    const write = async (lines: readonly string[]): Promise<void> => {
      times.push(parseLine(lines[0] ?? '').time)
      if (times.length === 3) stopping.abort(new Error('stopped'))
      if (times.length === 2) throw new Error('away')
    }
    await reportPipeline({ write, stage: STAGE, readLags: async () => [], clock, log: silent, signal: stopping.signal })
    expect(times).toEqual([NOW + 10_000, NOW + 20_000, NOW + 30_000])
  })
})
