import type { Health } from '../../../runtime/observe/health.ts'
import type { Logger } from '../../../runtime/observe/log.ts'
import { metrics } from '../../../runtime/observe/metrics.ts'
import { topicPartitionKey } from '../../../stream/sink.ts'
import { explainStopped, type StoppedPartition } from './log-change.ts'

/** Tells of partitions that stand still, for their positions belong to another log: once in the log, and in `/readyz` as long as it is so. */
export type StoppedReport = (stopped: readonly StoppedPartition[]) => void

export const createStoppedReport = (options: {
  readonly stage: string
  readonly log: Logger
  readonly health: Health
  readonly remedy: (topic: string, resumeAt: ReadonlyMap<number, bigint>) => string
}): StoppedReport => {
  let reported: ReadonlySet<string> = new Set()
  let counted: ReadonlySet<string> = new Set()
  return stopped => {
    const sentences = explainStopped(stopped, options.remedy)
    for (const sentence of sentences) if (!reported.has(sentence)) options.log.error(sentence)
    for (const one of stopped.filter(one => !counted.has(topicPartitionKey(one))))
      metrics.positionsRefused.inc({ stage: options.stage, topic: one.topic, reason: one.change.reason })
    reported = new Set(sentences)
    counted = new Set(stopped.map(topicPartitionKey))
    options.health.report(`positions of ${options.stage}`, sentences.length === 0 ? null : sentences.join(' '))
  }
}
