import { isOtherTopic, type TopicIdentity } from '../../../stream/log-identity.ts'
import type { Logs, TopicLog } from './logs.ts'

/** A log is not the one any more that was read. */
export class LogChanged extends Error {
  override readonly name = 'LogChanged'
  readonly code = 'TS-KAFKA-LOG'
}

/** Topics (the broker's names), each with the log that was read. */
export type ReadLogs = ReadonlyMap<string, TopicIdentity>

/** Asks, at a commit, whether what was read still is what is there. Rejects with `LogChanged`, or when there is no answer. */
export type LogCheck = (read: ReadLogs) => Promise<void>

const requireSame = (read: ReadLogs, now: ReadonlyMap<string, TopicLog>): void => {
  for (const [topic, before] of read) {
    if (before.clusterId === null && before.topicId === null) continue
    const log = now.get(topic)
    if (!log) throw new LogChanged(`${topic} is gone`)
    if (isOtherTopic(log, before)) throw new LogChanged(`${topic} is another topic than the one that was read`)
  }
}

/** Checks that come together share a question; an answer counts only for those who came before it was asked. */
export const createLogCheck = (logs: Logs, topics: readonly string[]): LogCheck => {
  type Answer = Promise<ReadonlyMap<string, TopicLog>>
  let running: Answer | null = null
  let next: Answer | null = null
  const ask = (): Answer => {
    const asked = logs.describe(topics).finally(() => {
      running = null
    })
    running = asked
    return asked
  }
  const askNext = async (): Answer => {
    await running?.catch(() => undefined)
    next = null
    return ask()
  }
  return async read => {
    if (running) next ??= askNext()
    requireSame(read, await (next ?? ask()))
  }
}
