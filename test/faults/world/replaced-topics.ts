import { POSITION_KEY } from '../../../src/kafka/task/commit/state-changelog.ts'
import { isTrade, type Trade } from '../../../src/market/records/feed/trade.ts'
import { topicPartitionKey } from '../../../src/stream/sink.ts'
import { candles, deadLetters, gaps, rawTicks, stateTopic } from '../../../src/topics.ts'
import { type Contents, emptyContents } from '../broker/log-contents.ts'
import { bytesOf, entriesOf, type NewRecord, type PartitionLog } from '../broker/partition-log.ts'
import type { Row } from '../database/tables.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** What the topics are in. */
type Scene = Pick<World, 'broker' | 'database' | 'settings' | 'timeline' | 'journal'>

const positionOf = ({ database }: Scene, topic: string, partition: number): Row | undefined =>
  database
    .tables()
    .rows('kafka_offsets')
    .find(row => row.topic === topic && row.partition === partition)

/**
 * Whether somebody is about to move the position of a partition that stands still, or has just done so: what the stage advises fits the end
 * that is there.
 */
const isAwaited = (scene: Scene, topic: string, partition: number): boolean => {
  const row = positionOf(scene, topic, partition)
  if (row === undefined) return false
  const isLost = Number(row.next_offset) > storedOf(scene, topic, partition)
  return (row.topic_id ?? null) === null || (isLost && row.topic_id === scene.broker.replacements.idOf(topic))
}

/**
 * How far a partition is stored in the database, of the log that is there; nothing of another one is, nor what stands where an end that was
 * stored was lost.
 */
const storedOf = (scene: Scene, topic: string, partition: number): number => {
  const { broker } = scene
  const row = positionOf(scene, topic, partition)
  if (row?.topic_id !== broker.replacements.idOf(topic)) return 0
  const end = broker.log(topic, partition).epochEnd(Number(row?.leader_epoch ?? 0)) ?? 0
  return Math.min(Number(row?.next_offset), end)
}

/** Topics that the sink reads; some are tables to others, of which nothing may be missing. */
const storedTopics = ({ settings: { intervals } }: Scene): readonly string[] =>
  [...intervals.map(interval => candles[interval]), gaps, deadLetters].map(({ name }) => name)

/** Somebody deletes a topic, and makes it again from a copy, without some of what is stored already. */
const makeAnew = (scene: Scene, random: Random): string | null => {
  const topic = random.pick(storedTopics(scene))
  if (scene.broker.topics.get(topic)!.some((_, partition) => isAwaited(scene, topic, partition))) return null
  const from = (partition: number): number => random.int(0, storedOf(scene, topic, partition))
  scene.broker.replacements.makeAnew(topic, topic === gaps.name ? () => 0 : from)
  return topic
}

const altered = (log: PartitionLog): readonly NewRecord[] => {
  const trades = log.visible().flatMap(({ value }): readonly Trade[] => {
    const tick = value === null ? null : rawTicks.codec.decode(bytesOf(value))
    return tick && isTrade(tick) ? [tick] : []
  })
  const newest = trades.reduce((id, trade) => Math.max(id, Number(trade.id)), 0)
  return trades.map((trade, n) => {
    const value = rawTicks.codec.encode({ ...trade, id: String(newest + 1 + n), price: '1' })
    return { key: trade.symbol, value, time: trade.time }
  })
}

/** What was printed nowhere, behind as much as a reader may have read, or less. */
const foreignOf = (log: PartitionLog, random: Random): Contents => {
  const before = random.chance(0.5) ? log.visible() : []
  const records = [...before, ...altered(log)]
  const of = { takenAtMs: 0, leaderEpoch: 0, txn: null, isMark: false }
  return { ...emptyContents(), entries: [...entriesOf(records, 0, of)], end: records.length }
}

const MAX_REPLACED_MS = 9_000

/** Whether the fold has noted in which log it reads each partition: before that it may take any. */
const isFolded = ({ broker }: Scene): boolean =>
  broker.topics.get(rawTicks.name)!.every((log, partition) => {
    const state = broker.log(stateTopic('aggregate'), partition).visible()
    return log.end() === 0 || state.some(({ key }) => key === POSITION_KEY)
  })

/** Another topic stands in the place of one, until somebody brings that of before back. */
const replace = (
  { broker, timeline, journal }: Scene,
  random: Random,
  topic: string,
  contentsOf: (log: PartitionLog) => Contents
): string => {
  const bringBack = broker.replacements.replace(topic, contentsOf)
  timeline.after(random.int(1_000, MAX_REPLACED_MS), () => {
    journal.note(timeline.nowMs(), 'fault', `${topic} is brought back`)
    bringBack()
  })
  return topic
}

/** Of what the fold reads. */
const replaceTicks = (scene: Scene, random: Random): string | null => {
  if (scene.broker.replacements.isReplaced(rawTicks.name) || !isFolded(scene)) return null
  return replace(scene, random, rawTicks.name, log => foreignOf(log, random))
}

const STATE = stateTopic('aggregate')

/**
 * Of what the fold knows, an empty one; when its group has been told how far that leads, of each partition that it has read of, and no
 * transaction is open, which nobody would end in the topic that is away.
 */
const replaceState = (scene: Scene, random: Random): string | null => {
  const { broker } = scene
  const told = new Set(broker.groups.offsets('aggregate').map(({ partition }) => partition))
  const isReady = broker.topics
    .get(STATE)!
    .every((log, partition) => log.end() === log.stableEnd() && (log.end() === 0 || told.has(partition)))
  if (broker.replacements.isReplaced(STATE) || !isReady) return null
  return replace(scene, random, STATE, emptyContents)
}

const partitionsOf = ({ broker }: Scene, topics: readonly string[]) =>
  topics.flatMap(topic => broker.topics.get(topic)!.map((log, partition) => ({ topic, partition, log })))

/** A leader is lost, and one takes over that has everything. */
const electLeader = (scene: Scene, random: Random): string => {
  const place = random.pick(partitionsOf(scene, [rawTicks.name, ...storedTopics(scene)]))
  if (!scene.broker.replacements.isReplaced(place.topic)) place.log.elect(place.log.end())
  return topicPartitionKey(place)
}

/** One takes over that lacks the end; only of what is stored, so that nothing is lost for good, and of no table: others read that as well. */
const cutEnd = (scene: Scene, random: Random): string | null => {
  const isStored = ({ topic, partition, log }: ReturnType<typeof partitionsOf>[number]): boolean =>
    log.end() > 0 &&
    log.stableEnd() === log.end() &&
    storedOf(scene, topic, partition) === log.end() &&
    !isAwaited(scene, topic, partition)
  const topics = storedTopics(scene).filter(topic => topic !== gaps.name)
  const places = partitionsOf(scene, topics).filter(isStored)
  if (places.length === 0) return null
  const place = random.pick(places)
  place.log.elect(random.int(0, place.log.end() - 1))
  return topicPartitionKey(place)
}

const EVENTS: Readonly<Record<string, (scene: Scene, random: Random) => string | null>> = {
  'topic made anew': makeAnew,
  'another topic in its place': replaceTicks,
  'an empty state in its place': replaceState,
  'leader elected': electLeader,
  'end of a partition lost': cutEnd
}

/** In how many worlds such things happen, and how often at most. */
const SHARE = 0.4
const MAX = 4

/** Fills the time up to `untilMs`: topics lose their leaders or their ends, and make place for others of their names. */
export const scheduleReplacedTopics = (scene: Scene, random: Random, untilMs: number): void => {
  if (!random.chance(SHARE)) return
  for (let n = random.int(1, MAX); n > 0; n--) {
    const kind = random.pick(Object.keys(EVENTS))
    scene.timeline.after(random.int(200, untilMs), () => {
      const what = EVENTS[kind]!(scene, random)
      if (what === null) return
      scene.journal.note(scene.timeline.nowMs(), 'fault', `${kind}: ${what}`)
      scene.journal.fault(kind)
    })
  }
}
