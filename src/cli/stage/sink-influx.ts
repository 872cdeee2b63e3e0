import { readGroupLags } from '../../kafka/admin/group-lags.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { runSinkTask } from '../../kafka/sink/sink-task.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { influxSink } from '../../sink/influx/influx-sink.ts'
import { createInfluxWriter } from '../../sink/influx/influx-writer.ts'
import { reportPipeline } from '../../sink/influx/report-pipeline.ts'
import type { Command } from '../run/command.ts'

const STAGE = 'sink-influx'

export const command: Command = {
  name: 'sink influx',
  summary: 'write candles, KPIs, indicators, pairs, composites, alerts and the lag of every group to InfluxDB',
  usage:
    'Writes to INFLUX_URL (InfluxDB 2, its v2 write API); without it the sink is off. Points are written again after a crash, and take the place of what was there.',
  options: {},
  stage: true,
  run: async ({ config, log, health, signal }) => {
    const { topicPrefix: prefix, influx } = config
    if (influx === null) {
      process.stdout.write('sink influx is off: INFLUX_URL is not set\n')
      return 0
    }
    const write = createInfluxWriter(influx, clock)
    const kafka = createKafka(config.kafka, STAGE, log)
    const publisher = createPublisher({ kafka, prefix, stage: STAGE, log, health, clock, random: Math.random })
    const ended = new AbortController()
    const report = reportPipeline({
      write,
      stage: STAGE,
      readLags: () => readGroupLags(kafka, prefix),
      clock,
      log,
      signal: AbortSignal.any([signal, ended.signal])
    })
    try {
      await runSinkTask({ sink: influxSink(write), kafka, prefix, publisher, clock, log, health, signal })
      return 0
    } finally {
      ended.abort()
      await report
      await publisher.close()
    }
  }
}
