import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { runSinkTask } from '../../kafka/sink/sink-task.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Delivery } from '../../sink/webhook/deliver.ts'
import { deliverySink } from '../../sink/webhook/delivery-sink.ts'
import { createPostAlert } from '../../sink/webhook/post-alert.ts'
import { retrySink } from '../../sink/webhook/retry-sink.ts'
import type { Sink } from '../../stream/sink.ts'
import { type Start, sideBySide } from './running.ts'

type Tools = Omit<Delivery, 'post'>

/** Runs one sink, its health told apart from that of the other. */
const runOne =
  <T>(sinkOf: (tools: Tools) => Sink<T>): Start =>
  async ({ config, log, health, signal }) => {
    const { topicPrefix: prefix } = config
    const kafka = createKafka(config.kafka, 'alert', log)
    const publisher = createPublisher({ kafka, prefix, stage: 'alert', log, health, clock, random: Math.random })
    const sink = sinkOf({ publisher, clock, log, random: Math.random })
    const report: Health['report'] = (part, problem) => health.report(`${sink.name}: ${part}`, problem)
    const run = { sink, kafka, prefix, publisher, clock, log, health: { ...health, report }, signal }
    await runSinkTask(run).finally(publisher.close)
  }

/** Logs alerts and sends them; where there is a receiver, what it does not take is sent again beside that. */
export const runDelivery: Start = context => {
  const { alertWebhook } = context.config
  const post = alertWebhook && createPostAlert(alertWebhook, clock)
  const delivery = runOne(tools => deliverySink(context.log, post && { ...tools, post }))
  return sideBySide(context, post ? [delivery, runOne(tools => retrySink({ ...tools, post }))] : [delivery])
}
