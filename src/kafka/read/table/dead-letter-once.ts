import type { Kafka } from 'kafkajs'
import type { Clock } from '../../../runtime/clock.ts'
import type { Logger } from '../../../runtime/observe/log.ts'
import { metrics } from '../../../runtime/observe/metrics.ts'
import { deadLetterOf } from '../../../stream/dead-letter-of.ts'
import type { Refused } from '../../../stream/topic.ts'
import { type Incoming, outgoing, type Publisher } from '../../../stream/topic.ts'
import { deadLetters } from '../../../topics.ts'
import { readEntry } from './read-entry.ts'
import { readUsable } from './read-usable.ts'

/** Who reads tables, and where its dead letters go. */
type DeadLetterTarget = {
  readonly kafka: Kafka
  readonly prefix: string
  readonly stage: string
  readonly publisher: Publisher
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** What becomes of the records of tables that cannot be used. */
export type UnusableRecords = {
  readonly onUnusable: (refused: Refused) => void
  /** Resolves when each has its dead letter. */
  readonly settled: () => Promise<void>
}

const REASON = 'undecodable'
const NO_BYTES = Buffer.alloc(0)

const nameOf = (at: { readonly topic: string; readonly partition: number; readonly offset: string }): string =>
  `${at.topic}/${at.partition}@${at.offset}`

/** Records that this stage has made dead letters of, in this process or in one before. */
const lettersBefore = async ({ kafka, prefix, stage, signal, log }: DeadLetterTarget): Promise<ReadonlySet<string>> => {
  const names = new Set<string>()
  const addName = (record: Incoming): void => {
    const { value } = readEntry(deadLetters, record)
    if (value?.stage === stage && 'topic' in value.origin) names.add(nameOf(value.origin))
  }
  await readUsable(kafka, prefix, deadLetters.name, addName, () => undefined, signal).catch(err => {
    signal.throwIfAborted()
    log.warn({ err }, 'dead_letters cannot be read; a record that was set aside before may come there again')
  })
  return names
}

/**
 * Names each unusable record in the log and counts it, once a process, and makes one dead letter of it, once for all:
 * a table keeps its records, so that they are met again at every start.
 */
export const deadLetterOnce = (to: DeadLetterTarget): UnusableRecords => {
  const { stage, publisher, clock, log } = to
  const reported = new Set<string>()
  let pending: Refused[] = []
  const onUnusable = (refused: Refused): void => {
    const { topic, partition, offset, key } = refused.record
    const name = nameOf(refused.record)
    if (reported.has(name)) return
    reported.add(name)
    pending.push(refused)
    metrics.deadLetters.inc({ stage, reason: REASON })
    const detail = refused.error.message
    log.error({ topic, partition, offset, key: key?.toString(), detail }, 'a record cannot be used and is set aside')
  }
  const settled = async (): Promise<void> => {
    if (pending.length === 0) return
    const due = pending
    pending = []
    const before = await lettersBefore(to)
    const letters = due
      .filter(({ record }) => !before.has(nameOf(record)))
      .map(({ record: { topic, partition, offset, value }, error }) => {
        const about = { stage, reason: REASON, detail: error.message, receivedAt: clock.now() } as const
        return deadLetterOf({ ...about, origin: { topic, partition, offset } }, value ?? NO_BYTES)
      })
    await publisher.send(letters.map(letter => outgoing(deadLetters, letter)))
  }
  return { onUnusable, settled }
}
