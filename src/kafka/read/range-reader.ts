import type { Kafka } from 'kafkajs'
import type { Incoming } from '../../stream/topic.ts'
import { type Cluster, createCluster } from '../client/cluster.ts'
import { incomingRecord } from '../client/incoming-record.ts'
import { explainUnreachable } from '../client/with-admin.ts'
import { fetchCommitted } from './fetch-committed.ts'

/** Offsets `[from, to)` of one partition of `topic` (the broker's name, with its prefix). */
export type Range = { readonly topic: string; readonly partition: number; readonly from: bigint; readonly to: bigint }

/** Ranges of one topic, read as fast as they are asked for; null once the end is reached. Rejects when the signal is raised. */
export type PulledRanges = {
  /** The next records of whichever partition has some, in order within each. One call at a time. */
  readonly next: () => Promise<readonly Incoming[] | null>
  readonly nextOf: (partition: number) => Promise<readonly Incoming[] | null>
  readonly close: () => Promise<void>
}

/** One range on its way: read from the broker up to `position`; `reading` while the next `records` are asked for. */
type OpenRange = {
  readonly range: Range
  position: bigint
  records: readonly Incoming[]
  reading: Promise<void> | null
}

type Source = {
  readonly cluster: Cluster
  readonly signal: AbortSignal
  readonly closed: AbortController
  /** The newest request; the next one waits for it. */
  asked: Promise<unknown>
  failure: unknown
  /** Called when records came, an end was reached, it broke off, or the signal is raised. */
  wake: () => void
}

const isDone = ({ records, reading }: OpenRange): boolean => reading === null && records.length === 0

/** One request after the other: each that finds no connection makes the client open one, and all but one would never be closed. */
const fetchInTurn = (source: Source, range: Range, from: bigint): ReturnType<typeof fetchCommitted> => {
  const answer = source.asked.then(() => fetchCommitted(source.cluster, range, from, source.closed.signal))
  source.asked = answer.catch(() => undefined)
  return answer
}

/** Up to the next records. A range may end in marks of transactions, or in what was aborted or compacted: the position tells the end. */
const readOn = async (source: Source, open: OpenRange): Promise<void> => {
  const { topic, partition, to } = open.range
  while (open.records.length === 0 && open.position < to) {
    const { messages, next } = await fetchInTurn(source, open.range, open.position)
    const wanted = messages.filter(({ offset }) => BigInt(offset) < to)
    open.records = wanted.map(message => incomingRecord(topic, partition, message))
    open.position = next
  }
}

const begin = (source: Source, open: OpenRange): void => {
  const fail = (error: unknown): void => {
    source.failure ??= explainUnreachable(error)
  }
  open.reading = readOn(source, open)
    .catch(fail)
    .then(() => {
      open.reading = null
      source.wake()
    })
}

/** Hands over what came; what stands behind it is fetched meanwhile. */
const shift = (source: Source, open: OpenRange): readonly Incoming[] | undefined => {
  const { records, reading } = open
  if (reading !== null || records.length === 0) return undefined
  open.records = []
  begin(source, open)
  return records
}

const pull = async (source: Source, from: readonly OpenRange[]): Promise<readonly Incoming[] | null> => {
  for (;;) {
    source.signal.throwIfAborted()
    if (source.failure !== undefined) throw source.failure
    for (const open of from) {
      const records = shift(source, open)
      if (records) return records
    }
    if (from.every(isDone)) return null
    await new Promise<void>(resolve => {
      source.wake = resolve
    })
  }
}

const connect = async (cluster: Cluster, topic: string): Promise<void> => {
  try {
    await cluster.connect()
    await cluster.addTargetTopic(topic)
  } catch (error) {
    await cluster.disconnect().catch(() => undefined)
    throw explainUnreachable(error)
  }
}

/** Opens ranges of one topic (the broker's name); committed records only. Close it in any case. */
export const pullRanges = async (
  kafka: Kafka,
  topic: string,
  ranges: readonly Range[],
  signal: AbortSignal
): Promise<PulledRanges> => {
  const wanted = ranges.filter(range => range.to > range.from)
  const openRanges = wanted.map((range): OpenRange => ({ range, position: range.from, records: [], reading: null }))
  const [cluster, closed] = [createCluster(kafka), new AbortController()]
  const asked = Promise.resolve()
  const source: Source = { cluster, signal, closed, asked, failure: undefined, wake: () => undefined }
  const abort = (): void => source.wake()
  if (openRanges.length > 0) await connect(cluster, topic)
  signal.addEventListener('abort', abort, { once: true })
  for (const open of openRanges) begin(source, open)
  return {
    next: () => pull(source, openRanges),
    nextOf: partition =>
      pull(
        source,
        openRanges.filter(({ range }) => range.partition === partition)
      ),
    close: async () => {
      signal.removeEventListener('abort', abort)
      closed.abort()
      await Promise.all(openRanges.map(({ reading }) => reading))
      await cluster.disconnect()
    }
  }
}
