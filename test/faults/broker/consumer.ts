import type { ConsumerConfig, EachBatchPayload } from 'kafkajs'
import type { Assigned } from './deal-partitions.ts'
import {
  type Batch,
  fetch,
  MAX_WAIT_MS,
  messageOf,
  type Place,
  placeKey,
  placesOf,
  type Reading,
  readingOf
} from './fetch.ts'
import type { Reach } from './reach.ts'

type Listener = (event: { payload: Record<string, unknown> }) => void

type Position = { readonly topic: string; readonly partition: number; readonly offset: string }

/** A member of a group, between the broker and the product's callbacks. */
type Member = {
  readonly reach: Reach
  readonly group: string
  readonly id: string
  readonly sessionMs: number
  readonly listeners: Map<string, Listener[]>
  topics: readonly string[]
  places: ReadonlyMap<string, Place>
  /** Null when it has to be seen anew what is paused. */
  reading: Reading | null
  eachBatch: (payload: EachBatchPayload) => Promise<void>
  isRunning: boolean
  heartbeatAt: number
}

const EVENTS = {
  GROUP_JOIN: 'join',
  REBALANCING: 'rebalancing',
  CRASH: 'crash',
  END_BATCH_PROCESS: 'batch'
} as const

/** How long a busy process takes for a batch. */
const MAX_BUSY_MS = 600
const HEARTBEAT_EVERY_MS = 1_500
const RETRY_MS = 300
const MAX_FAILURES = 12

const emit = (member: Member, event: string, payload: Record<string, unknown>): void => {
  for (const listener of member.listeners.get(event) ?? []) listener({ payload })
}

const typeOf = (error: unknown): string => (error instanceof Error && 'type' in error ? String(error.type) : '')

const join = async (member: Member): Promise<void> => {
  const { reach, group, id, sessionMs, topics } = member
  const assigned = await reach.ask<Assigned>(answer =>
    reach.broker.groups.join({ group, id, topics, sessionMs }, answer)
  )
  member.heartbeatAt = reach.life.clock.monotonicMs()
  member.places = placesOf(assigned, reach.broker.log)
  member.reading = null
  emit(member, EVENTS.GROUP_JOIN, { memberAssignment: assigned })
}

const heartbeat = async (member: Member): Promise<void> => {
  const { reach, group, id } = member
  const now = reach.life.clock.monotonicMs()
  if (now - member.heartbeatAt < HEARTBEAT_EVERY_MS) return
  await reach.ask<void>(answer => {
    reach.broker.groups.heartbeat(group, id)
    answer(undefined)
  })
  member.heartbeatAt = now
}

/** Hands a batch over, also one that was fetched before the member has sought another place: the client leaves that to its user. */
const process = async (member: Member, batch: Batch): Promise<void> => {
  const { place, entries, first, next, high, leaderEpoch } = batch
  const { topic, partition } = place
  const isStale = (): boolean => place.isSought
  const lastOffset = String(next - 1)
  if (entries.length > 0) {
    const payload = {
      batch: {
        topic,
        partition,
        highWatermark: String(high),
        messages: entries.map(messageOf),
        firstOffset: () => String(first),
        lastOffset: () => lastOffset,
        leaderEpoch: () => leaderEpoch,
        offsetLag: () => String(high - next)
      },
      heartbeat: () => heartbeat(member),
      isStale
    }
    await member.eachBatch(payload as unknown as EachBatchPayload)
  }
  if (!place.isSought) place.position = next
  emit(member, EVENTS.END_BATCH_PROCESS, {
    topic,
    partition,
    firstOffset: String(first),
    lastOffset,
    leaderEpoch,
    highWatermark: String(high),
    batchSize: entries.length,
    isStale: place.isSought
  })
}

const turn = async (member: Member): Promise<void> => {
  const { life, injector } = member.reach
  for (const place of member.places.values()) place.isSought = false
  member.reading ??= readingOf(member.places.values())
  const isIdle = member.reading.places.length === 0
  const batches = isIdle ? [] : await fetch(member.reach, member.reading)
  if (isIdle) await life.clock.sleep(MAX_WAIT_MS / 5)
  for (const batch of batches) {
    if (member.isRunning) await process(member, batch)
    if (injector.strikes('process slow')) await life.clock.sleep(life.random.int(50, MAX_BUSY_MS))
  }
  await heartbeat(member)
}

const joinAnew = async (member: Member): Promise<void> => {
  for (;;) {
    try {
      return await join(member)
    } catch {
      await member.reach.life.clock.sleep(RETRY_MS)
    }
  }
}

/** What the client does about an error: joins again, asks again, or breaks off and starts anew. */
const recover = async (member: Member, error: unknown, failures: number): Promise<void> => {
  if (typeOf(error) === 'REBALANCE_IN_PROGRESS') emit(member, EVENTS.REBALANCING, {})
  if (['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID'].includes(typeOf(error))) return join(member)
  await member.reach.life.clock.sleep(RETRY_MS)
  if (failures < MAX_FAILURES) return
  emit(member, EVENTS.CRASH, { error, restart: true })
  await joinAnew(member)
}

const loop = async (member: Member): Promise<void> => {
  for (let failures = 0; member.isRunning; ) {
    try {
      await turn(member)
      failures = 0
    } catch (error) {
      if (!member.isRunning) return
      await recover(member, error, ++failures).catch(() => undefined)
    }
  }
}

type Partitions = { readonly topic: string; readonly partitions: readonly number[] }

const setPaused = (member: Member, of: readonly Partitions[], isPaused: boolean): void => {
  for (const { topic, partitions } of of)
    for (const partition of partitions) {
      const place = member.places.get(placeKey(topic, partition))
      if (place) place.isPaused = isPaused
    }
  member.reading = null
}

let members = 0

/** A consumer as kafkajs has it, read_committed. */
export const createConsumer = (reach: Reach, config: ConsumerConfig) => {
  const member: Member = {
    reach,
    group: config.groupId,
    id: `${reach.life.name} ${members++}`,
    sessionMs: config.sessionTimeout ?? 30_000,
    listeners: new Map(),
    topics: [],
    places: new Map(),
    reading: null,
    eachBatch: async () => undefined,
    isRunning: false,
    heartbeatAt: 0
  }
  return {
    events: EVENTS,
    on: (event: string, listener: Listener) =>
      void member.listeners.set(event, [...(member.listeners.get(event) ?? []), listener]),
    connect: () => reach.ask<void>(answer => answer(undefined)),
    subscribe: async ({ topic, topics = [] }: { topic?: string; topics?: string[] }) => {
      member.topics = topic === undefined ? topics : [topic]
    },
    run: async ({ eachBatch }: { eachBatch: Member['eachBatch'] }) => {
      member.eachBatch = eachBatch
      member.isRunning = true
      await joinAnew(member)
      void loop(member)
    },
    pause: (of: readonly Partitions[]) => setPaused(member, of, true),
    resume: (of: readonly Partitions[]) => setPaused(member, of, false),
    seek: ({ topic, partition, offset }: Position) => {
      const place = member.places.get(placeKey(topic, partition))
      if (place) Object.assign(place, { position: Number(offset), isSought: true })
    },
    commitOffsets: (offsets: Position[]) =>
      reach.ask<void>(answer => {
        for (const { topic, partition, offset } of offsets)
          reach.broker.groups.commit(member.group, member.id, { topic, partition, next: Number(offset) })
        answer(undefined)
      }),
    disconnect: async () => {
      if (!member.isRunning) return
      member.isRunning = false
      await reach.ask<void>(answer => {
        reach.broker.groups.leave(member.group, member.id)
        answer(undefined)
      })
    }
  }
}
