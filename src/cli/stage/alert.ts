import { alert } from '../../alert/alert.ts'
import { alertRules } from '../../alert/alert-rules.ts'
import { offsetsOf } from '../../kafka/admin/log/resume-offsets.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import type { Alert } from '../../market/records/alert/alert.ts'
import type { Clock } from '../../runtime/clock.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { outgoing, type Publisher } from '../../stream/topic.ts'
import { alertClock, alertSpread } from '../../topics.ts'
import type { Command, Context } from '../run/command.ts'
import { runDelivery } from './run-delivery.ts'
import { running, type Start, sideBySide } from './running.ts'

const EVERY_MS = 5_000

/** Says what time it is in every partition until the signal, so that what is silent can be told from what is late. */
const emitClock = async (to: {
  readonly publisher: Publisher
  readonly partitions: number
  readonly clock: Clock
  readonly signal: AbortSignal
}): Promise<void> => {
  const { publisher, partitions, clock, signal } = to
  while (!signal.aborted) {
    const record = outgoing(alertClock, { time: clock.now() })
    await publisher.send(Array.from({ length: partitions }, (_, partition) => ({ ...record, partition })))
    await clock.sleep(EVERY_MS, signal).catch(() => undefined)
  }
}

const STAGE = 'alert'

const count = (alerts: readonly Alert[]): void => {
  for (const { kind, state } of alerts) metrics.alerts.inc({ kind, state })
}

/** Rules go to as many partitions as there are to be judged. */
const spreadRules: Start = async context => {
  const { config, log } = context
  const kafka = createKafka(config.kafka, STAGE, log)
  const partitions = (await offsetsOf(kafka, config.topicPrefix + alertSpread)).length
  await running(alertRules({ partitions }), () => undefined)(context)
}

const runClock: Start = async ({ config, log, health, signal }: Context) => {
  const { topicPrefix: prefix } = config
  const kafka = createKafka(config.kafka, STAGE, log)
  const partitions = (await offsetsOf(kafka, prefix + alertSpread)).length
  const publisher = createPublisher({ kafka, prefix, stage: STAGE, log, health, clock, random: Math.random })
  await emitClock({ publisher, partitions, clock, signal }).finally(publisher.close)
}

export const command: Command = {
  name: 'alert',
  summary: 'raise and resolve alerts by rules, exactly once, and deliver them',
  usage:
    'Reads pairs, indicators, ohlcv_1m, gaps and alert_rules, writes alerts; `tickstream alerts` lists and changes the rules. Logs every alert, and posts it to ALERT_WEBHOOK_URL where that is set. Start as many as the topics have partitions; they share the work.',
  options: {},
  stage: true,
  run: async context => {
    await sideBySide(context, [running(alert(), count), spreadRules, runClock, runDelivery])
    return 0
  }
}
