import type { KafkaMessage } from 'kafkajs'
import type { Assigned } from './deal-partitions.ts'
import type { Entry } from './log-contents.ts'
import { bytesOf, type Fetched, type PartitionLog } from './partition-log.ts'
import type { Reach } from './reach.ts'

/** A partition that a member was given, and how far it has read. */
export type Place = {
  readonly topic: string
  readonly partition: number
  readonly log: PartitionLog
  position: number
  isPaused: boolean
  /** Whether the member was sent elsewhere since its last fetch. */
  isSought: boolean
}

export const placeKey = (topic: string, partition: number): string => `${topic}/${partition}`

/** The places of an assignment, by their keys. */
export const placesOf = (assigned: Assigned, log: (topic: string, partition: number) => PartitionLog) => {
  const places = new Map<string, Place>()
  for (const [topic, partitions] of Object.entries(assigned))
    for (const partition of partitions)
      places.set(placeKey(topic, partition), {
        topic,
        partition,
        log: log(topic, partition),
        position: 0,
        isPaused: false,
        isSought: false
      })
  return places
}

/** What a member reads as long as it neither pauses nor resumes. */
export type Reading = { readonly places: readonly Place[]; readonly logs: ReadonlySet<PartitionLog> }

export const readingOf = (all: Iterable<Place>): Reading => {
  const places = [...all].filter(place => !place.isPaused)
  return { places, logs: new Set(places.map(({ log }) => log)) }
}

/** What was read at a place, and where the partition ended then. */
export type Batch = Fetched & { readonly place: Place; readonly high: number }

/** As the client hands it out. */
export const messageOf = (entry: Entry): KafkaMessage => {
  entry.message ??= {
    key: entry.key === null ? null : bytesOf(entry.key),
    value: entry.value === null ? null : bytesOf(entry.value),
    offset: String(entry.offset),
    timestamp: String(entry.time),
    headers: {},
    attributes: 0
  }
  return entry.message
}

const MAX_RECORDS = 200
export const MAX_WAIT_MS = 250
/** How long an answer waits for more, once there is something. */
const GATHER_MS = 2

/** What the client does about an offset that is out of range, without a word: it goes on at the beginning. */
const withinRange = (place: Place): number => {
  if (place.position > place.log.end()) place.position = 0
  return place.position
}

type Asked = ReadonlyMap<PartitionLog, number>

/** A request that waits at a topic which is deleted meanwhile gets none of the records of another one of its name. */
const look = ({ places }: Reading, asked: Asked): readonly Batch[] => {
  const found: Batch[] = []
  for (const place of places) {
    const { log } = place
    if (asked.get(log) !== log.incarnation()) continue
    const position = withinRange(place)
    if (log.stableEnd() > position) found.push({ ...log.fetch(position, MAX_RECORDS), place, high: log.end() })
  }
  return found
}

/** Waits at the broker until there is something to read, or for long enough. */
export const fetch = ({ ask, broker, timeline }: Reach, reading: Reading): Promise<readonly Batch[]> =>
  ask<readonly Batch[]>(answer => {
    const asked = new Map([...reading.logs].map(log => [log, log.incarnation()]))
    const found = look(reading, asked)
    if (found.length > 0) return answer(found)
    const { waiters } = broker.news
    const wakeIn = (ms: number): void => {
      if (!waiters.delete(waiter)) return
      callOffLate()
      timeline.after(ms, () => answer(look(reading, asked)))
    }
    const waiter = { logs: reading.logs, wake: () => wakeIn(GATHER_MS) }
    const callOffLate = timeline.after(MAX_WAIT_MS, () => wakeIn(0))
    waiters.add(waiter)
  })
