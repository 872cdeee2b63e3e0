import type { ConsumerConfig, EachBatchPayload } from 'kafkajs'
import type { Reach } from './client.ts'
import type { Assigned } from './deal-partitions.ts'
import type { Entry, Fetched } from './partition-log.ts'

type Listener = (event: { payload: Record<string, unknown> }) => void
type Place = { readonly topic: string; readonly partition: number }
type Batch = Place & Fetched & { readonly from: number; readonly high: number }

/** A member of a group, between the broker and the product's callbacks. */
type Member = {
  readonly reach: Reach
  readonly group: string
  readonly id: string
  readonly sessionMs: number
  readonly listeners: Map<string, Listener[]>
  readonly positions: Map<string, number>
  readonly sought: Set<string>
  readonly paused: Set<string>
  topics: readonly string[]
  assigned: Assigned
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

const MOST_RECORDS = 200
const MOST_WAIT_MS = 250
/** How long an answer waits for more, once there is something. */
const GATHER_MS = 2
/** How long a busy process takes for a batch. */
const MOST_BUSY_MS = 600
const HEARTBEAT_EVERY_MS = 1_500
const RETRY_MS = 300
const MOST_FAILURES = 12

const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`

const emit = (member: Member, event: string, payload: Record<string, unknown>): void => {
  for (const listener of member.listeners.get(event) ?? []) listener({ payload })
}

const typeOf = (error: unknown): string => (error instanceof Error && 'type' in error ? String(error.type) : '')

const join = async (member: Member): Promise<void> => {
  const { reach, group, id, sessionMs, topics } = member
  member.assigned = await reach.ask<Assigned>(answer =>
    reach.broker.groups.join({ group, id, topics, sessionMs }, answer)
  )
  member.heartbeatAt = reach.life.clock.monotonicMs()
  member.positions.clear()
  member.paused.clear()
  emit(member, EVENTS.GROUP_JOIN, { memberAssignment: member.assigned })
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

const wanted = (member: Member): readonly Place[] =>
  Object.entries(member.assigned)
    .flatMap(([topic, partitions]) => partitions.map(partition => ({ topic, partition })))
    .filter(place => !member.paused.has(keyOf(place)))

const readAt = (member: Member, place: Place): Batch | null => {
  const log = member.reach.broker.log(place.topic, place.partition)
  const from = member.positions.get(keyOf(place)) ?? 0
  const fetched = log.fetch(from, MOST_RECORDS)
  return fetched.next > from ? { ...place, ...fetched, from, high: log.end() } : null
}

/** Waits at the broker until there is something to read, or for long enough. */
const fetch = (member: Member, places: readonly Place[]): Promise<readonly Batch[]> => {
  const { ask, broker, timeline } = member.reach
  return ask<readonly Batch[]>(answer => {
    const look = (): readonly Batch[] => places.map(place => readAt(member, place)).filter(batch => batch !== null)
    const found = look()
    if (found.length > 0) return answer(found)
    let isAwake = false
    const wakeIn = (ms: number): void => {
      if (isAwake) return
      isAwake = true
      for (const off of calledOff) off()
      timeline.after(ms, () => answer(look()))
    }
    const late = timeline.after(MOST_WAIT_MS, () => wakeIn(0))
    const news = places.map(({ topic, partition }) => broker.log(topic, partition).onNews(() => wakeIn(GATHER_MS)))
    const calledOff = [late, ...news]
  })
}

const toMessage = (entry: Entry) => ({
  key: entry.key === null ? null : Buffer.from(entry.key),
  value: entry.value === null ? null : Buffer.from(entry.value),
  offset: String(entry.offset),
  timestamp: String(entry.time),
  headers: {}
})

/** Hands a batch over, also one that was fetched before the member has sought another place: the client leaves that to its user. */
const process = async (member: Member, batch: Batch): Promise<void> => {
  const { topic, partition, entries, first, next, high } = batch
  const key = keyOf(batch)
  const isStale = (): boolean => member.sought.has(key)
  const lastOffset = String(next - 1)
  if (entries.length > 0) {
    const payload = {
      batch: {
        topic,
        partition,
        highWatermark: String(high),
        messages: entries.map(toMessage),
        firstOffset: () => String(first),
        lastOffset: () => lastOffset,
        offsetLag: () => String(high - next)
      },
      heartbeat: () => heartbeat(member),
      isStale
    }
    await member.eachBatch(payload as unknown as EachBatchPayload)
  }
  if (!member.sought.has(key)) member.positions.set(key, next)
  emit(member, EVENTS.END_BATCH_PROCESS, {
    topic,
    partition,
    lastOffset,
    highWatermark: String(high),
    batchSize: entries.length
  })
}

const turn = async (member: Member): Promise<void> => {
  const { life, weather } = member.reach
  const places = wanted(member)
  member.sought.clear()
  const batches = places.length > 0 ? await fetch(member, places) : []
  if (places.length === 0) await life.clock.sleep(MOST_WAIT_MS / 5)
  for (const batch of batches) {
    if (member.isRunning) await process(member, batch)
    if (weather.strikes('process slow')) await life.clock.sleep(life.random.int(50, MOST_BUSY_MS))
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
  if (failures < MOST_FAILURES) return
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

let members = 0

/** A consumer as kafkajs has it, read_committed. */
export const createConsumer = (reach: Reach, config: ConsumerConfig) => {
  const member: Member = {
    reach,
    group: config.groupId,
    id: `${reach.life.name} ${members++}`,
    sessionMs: config.sessionTimeout ?? 30_000,
    listeners: new Map(),
    positions: new Map(),
    sought: new Set(),
    paused: new Set(),
    topics: [],
    assigned: {},
    eachBatch: async () => undefined,
    isRunning: false,
    heartbeatAt: 0
  }
  const each = (of: readonly { topic: string; partitions?: number[] }[], act: (key: string) => void): void => {
    for (const { topic, partitions = [] } of of) for (const partition of partitions) act(keyOf({ topic, partition }))
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
    pause: (of: { topic: string; partitions: number[] }[]) => each(of, key => member.paused.add(key)),
    resume: (of: { topic: string; partitions: number[] }[]) => each(of, key => member.paused.delete(key)),
    seek: ({ topic, partition, offset }: Place & { offset: string }) => {
      member.sought.add(keyOf({ topic, partition }))
      member.positions.set(keyOf({ topic, partition }), Number(offset))
    },
    commitOffsets: (offsets: (Place & { offset: string })[]) =>
      reach.ask<void>(answer => {
        for (const at of offsets) reach.broker.groups.commit(member.group, member.id, keyOf(at), Number(at.offset))
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
