import type { StoredPosition } from '../../../stream/log-identity.ts'
import { type TopicPartition, topicPartitionKey } from '../../../stream/sink.ts'
import type { TopicLog } from './logs.ts'

/** Why a stored offset means nothing in the log of a partition; a closed set, for metrics. */
type ChangeReason = 'cluster' | 'topic' | 'truncated' | 'state'

/** A log that is not the one that an offset was read in. */
export type LogChange = {
  readonly reason: ChangeReason
  /** What happened, without the partition. */
  readonly what: string
  /** Where somebody who wants all of the log that is there now has to begin. */
  readonly resumeAt: bigint
}

/** A partition as it is now: what it holds, `[low, high)`, which log it is, and where the stored leader epoch ended if that is known. */
export type PartitionLog = TopicPartition & {
  readonly low: bigint
  readonly high: bigint
  readonly log: TopicLog | null
  readonly epochEnd: bigint | null
}

const changeOf = (reason: ChangeReason, what: string, resumeAt: bigint): LogChange => ({ reason, what, resumeAt })

/** Compares a partition with what is noted beside its position; null: it is the same log, as far as anybody knows. Pure. */
export const logChange = ({ low, high, log, epochEnd }: PartitionLog, stored: StoredPosition): LogChange | null => {
  const { next, log: before } = stored
  if (log?.clusterId && before?.clusterId && log.clusterId !== before.clusterId)
    return changeOf('cluster', `it is in cluster ${log.clusterId}, the position in cluster ${before.clusterId}`, low)
  if (log?.topicId && before?.topicId && log.topicId !== before.topicId)
    return changeOf('topic', `the topic was made anew: its id is ${log.topicId}, and was ${before.topicId}`, low)
  if (epochEnd !== null && epochEnd < next)
    return changeOf('truncated', `the broker has lost its end: it was cut to offset ${epochEnd}`, epochEnd)
  if (epochEnd !== null || next <= high) return null
  const ends = `it ends at offset ${high}`
  // Where nothing says that it is the same topic, what stands before its end may never have been read.
  return log?.topicId && before?.topicId
    ? changeOf('truncated', `${ends}: the broker has lost what stood behind that`, high)
    : changeOf('truncated', `${ends}: it was made anew, or the broker has lost its end`, low)
}

/** A partition that does not go on, and why. */
export type StoppedPartition = TopicPartition & { readonly stored: bigint; readonly change: LogChange }

const NOT_SKIPPED = 'Nothing of it is read, so that nothing is skipped.'

const REMEDY_FIRST: Readonly<Record<ChangeReason, string>> = {
  cluster: `${NOT_SKIPPED} Point KAFKA_BROKERS at the cluster of before`,
  topic: `${NOT_SKIPPED} Bring the topic of before back`,
  truncated: `${NOT_SKIPPED} Bring the log of before back`,
  state: 'Its inputs are not read, so that nothing is published twice. Bring the topic of before back'
}

/** One sentence a topic and reason: what happened, and what to do. `remedy`: what else can be done, by topic and where its partitions resume. */
export const explainStopped = (
  stopped: readonly StoppedPartition[],
  remedy: (topic: string, resumeAt: ReadonlyMap<number, bigint>) => string
): readonly string[] => {
  const groups = Map.groupBy(stopped, ({ topic, change }) => `${topic} ${change.reason}`)
  return [...groups.values()].map(stopped => {
    const [{ topic, partition, stored, change }] = stopped as [StoppedPartition]
    const names = stopped.map(one => one.partition).sort((a, b) => a - b)
    const resumeAt = new Map(stopped.map(one => [one.partition, one.change.resumeAt]))
    const where =
      stopped.length === 1 ? topicPartitionKey({ topic, partition }) : `${topic} (partitions ${names.join(', ')})`
    return (
      `${where} is not the log that was read before: ${change.what}, where offset ${stored} had been reached. ` +
      `${REMEDY_FIRST[change.reason]}, and it goes on by itself; or ${remedy(topic, resumeAt)}`
    )
  })
}

/** The remedy of a stage whose group can be moved by `replay`. */
export const moveGroupRemedy =
  (prefix: string, group: string) =>
  (topic: string, resumeAt: ReadonlyMap<number, bigint>): string => {
    const replay = `tickstream replay --topic ${topic.slice(prefix.length)}`
    const isFromBeginning = [...resumeAt.values()].every(offset => offset === 0n)
    const commands = isFromBeginning
      ? [`${replay} --from-offset 0`]
      : [...resumeAt].map(([partition, offset]) => `${replay} --partition ${partition} --from-offset ${offset}`)
    const all = commands.map(command => `\`${command} --to-group ${group}\``).join(', ')
    return `stop the stage, read what is there now by ${all}, and start it again`
  }

/** The remedy of a stage whose positions stand in its state. */
export const freshPrefixRemedy = (stage: string): string =>
  `build ${stage} anew from what is there now, under a fresh TOPIC_PREFIX (\`tickstream topics apply\`, then every stage)`
