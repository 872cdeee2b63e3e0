import type { Kafka } from 'kafkajs'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { deadLetterOf } from '../../stream/dead-letter-of.ts'
import type { Sink } from '../../stream/sink.ts'
import type { Refused } from '../../stream/topic.ts'
import { outgoing, type Publisher } from '../../stream/topic.ts'
import { deadLetters } from '../../topics.ts'
import type { Logs } from '../admin/log/logs.ts'

/** What a sink runs with. */
export type SinkOptions<T> = {
  readonly sink: Sink<T>
  readonly kafka: Kafka
  /** Put before topics and the group. */
  readonly prefix: string
  /** Takes the dead letters. */
  readonly publisher: Publisher
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
  readonly signal: AbortSignal
  readonly logs: Logs
}

/** The same as it is given; who asks for the logs may be left out. */
export type SinkSettings<T> = Omit<SinkOptions<T>, 'logs'> & { readonly logs?: Logs }

const NO_BYTES = Buffer.alloc(0)

/**
 * Puts records that cannot be used into `dead_letters`, and resolves when they stand there.
 * A dead letter that cannot be stored is only told of: a letter about it would come back as the next one, for ever.
 */
export const deadLetterAll = async <T>(
  { sink, publisher, clock, log }: SinkOptions<T>,
  reason: 'undecodable' | 'refused',
  refused: readonly Refused[]
): Promise<void> => {
  for (const { record, error } of refused) {
    metrics.deadLetters.inc({ stage: sink.name, reason })
    const { topic, partition, offset } = record
    log.error({ topic, partition, offset, detail: error.message }, `a record is ${reason} and is set aside`)
  }
  const letters = refused
    .filter(({ record }) => record.topic !== deadLetters.name)
    .map(({ record: { topic, partition, offset, value }, error }) =>
      deadLetterOf(
        {
          stage: sink.name,
          reason,
          detail: error.message,
          origin: { topic, partition, offset },
          receivedAt: clock.now()
        },
        value ?? NO_BYTES
      )
    )
  if (letters.length > 0) await publisher.send(letters.map(letter => outgoing(deadLetters, letter)))
}
