import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { isOtherTopic, type StoredPosition, type TopicIdentity } from '../../stream/log-identity.ts'
import type { Origin } from './series.ts'

/** Positions by `topic/partition`, topics by the broker's names. */
export type Positions = ReadonlyMap<string, StoredPosition>

/** Topics by the broker's names. */
type TopicIdentities = ReadonlyMap<string, TopicIdentity>

/** Which part of what the live tail reads the database has. */
export type StoredPart = {
  /** Positions as the database holds them now. */
  readonly setPositions: (positions: Positions) => void
  /** The topics that the live tail reads. */
  readonly setTopics: (topics: TopicIdentities) => void
  readonly positions: () => Positions
  readonly has: (origin: Origin) => boolean
}

/** What the parts need of a gateway. */
type Options = { readonly prefix: string; readonly health: Health; readonly log: Logger }

const topicOf = (partitionKey: string): string => partitionKey.slice(0, partitionKey.lastIndexOf('/'))

const sentenceOf = (topic: string): string =>
  `${topic} is not the topic that is stored up to the position in the database: another one of its name was, or one in another cluster. ` +
  'Nothing of it counts as stored until sink-postgres goes on; what has to be done is in what that says'

/** An offset says nothing of another topic of the same name: what is read from such a one counts as not stored, and it is told once. */
export const createStoredPart = ({ prefix, health, log }: Options): StoredPart => {
  let positions: Positions = new Map()
  let topics: TopicIdentities = new Map()
  let reported: ReadonlySet<string> = new Set()
  const isForeign = (topic: string, { log: before }: StoredPosition): boolean => {
    const now = topics.get(topic)
    return before !== null && now !== undefined && isOtherTopic(before, now)
  }
  const report = (): void => {
    const foreign = new Set(
      [...positions].filter(([partitionKey, at]) => isForeign(topicOf(partitionKey), at)).map(([at]) => topicOf(at))
    )
    for (const topic of foreign) if (!reported.has(topic)) log.error(sentenceOf(topic))
    reported = foreign
    health.note('stored positions', foreign.size === 0 ? null : [...foreign].map(sentenceOf).join(' '))
  }
  return {
    setPositions: now => {
      positions = now
      report()
    },
    setTopics: now => {
      topics = now
      report()
    },
    positions: () => positions,
    has: ({ topic: name, partition, offset }) => {
      const topic = prefix + name
      const at = positions.get(`${topic}/${partition}`)
      return at !== undefined && at.next > offset && !isForeign(topic, at)
    }
  }
}
