/**
 * What tells the log that an offset was read in from every other log: an offset means nothing in a topic that was made anew, in another
 * cluster, or where a leader has lost the end of the log. null: not known, as in what was stored before identities were kept.
 */
export type LogIdentity = {
  readonly clusterId: string | null
  readonly topicId: string | null
  /** That of the last record before the offset. */
  readonly leaderEpoch: number | null
}

/** How far a partition is stored, and in which log; `log` null: nobody has noted it. */
export type StoredPosition = { readonly next: bigint; readonly log: LogIdentity | null }

/** As much of it as tells one topic from another of its name. */
export type TopicIdentity = Pick<LogIdentity, 'clusterId' | 'topicId'>

const isOther = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b

/** Whether two topics of one name are known to be different ones. Pure. */
export const isOtherTopic = (a: TopicIdentity, b: TopicIdentity): boolean =>
  isOther(a.clusterId, b.clusterId) || isOther(a.topicId, b.topicId)

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** An identity from JSON or columns; null where there is none. */
export const readLogIdentity = (value: unknown): LogIdentity | null => {
  if (typeof value !== 'object' || value === null) return null
  const { clusterId, topicId, leaderEpoch } = value as Readonly<Record<string, unknown>>
  const identity = {
    clusterId: textOrNull(clusterId),
    topicId: textOrNull(topicId),
    leaderEpoch: Number.isInteger(leaderEpoch) ? Number(leaderEpoch) : null
  }
  return identity.clusterId === null && identity.topicId === null ? null : identity
}
