import { offsetRanges } from '../../kafka/admin/log/resume-offsets.ts'
import { withAdmin } from '../../kafka/client/with-admin.ts'
import { readRanges } from '../../kafka/read/read-range.ts'
import { TickstreamError } from '../../market/error.ts'
import { epochMs } from '../../market/time.ts'
import type { Incoming } from '../../stream/topic.ts'
import type { ClusterAt, Described } from './describe-positions.ts'
import { createTailSearch, TAIL, type Translated } from './translate-position.ts'

/** One position, and where it is in the copy. */
export type Move = Translated & {
  readonly topic: string
  readonly partition: number
  readonly before: bigint
  /** Offsets of the copy that are read though they were read before, at most; marks of transactions count. */
  readonly repeats: number
}

type Span = { readonly low: bigint; readonly high: bigint }

const spansOf = async ({ kafka, prefix }: ClusterAt, topic: string): Promise<ReadonlyMap<number, Span>> =>
  new Map((await withAdmin(kafka, admin => offsetRanges(admin, [prefix + topic]))).map(at => [at.partition, at]))

/** The last records before an offset, oldest first; at most `TAIL`. */
const tailBefore = async (
  { kafka, prefix }: ClusterAt,
  { topic, partition, next }: Described,
  { low }: Span
): Promise<readonly Incoming[]> => {
  let tail: readonly Incoming[] = []
  for (let back = BigInt(4 * TAIL); tail.length < TAIL; back *= 4n) {
    const from = next - back > low ? next - back : low
    const range = { topic: prefix + topic, partition, from, to: next }
    tail = []
    await readRanges(kafka, [range], records => {
      tail = [...tail, ...records].slice(-TAIL)
    })
    if (from === low) break
  }
  return tail
}

const oldest = (tail: readonly Incoming[]): number => Math.min(...tail.map(({ timestamp }) => timestamp))

/** The first offset of the copy that is not before the records; where it has none so late, its end. */
const searchFrom = async (
  { kafka, prefix }: ClusterAt,
  { topic, partition }: Described,
  tail: readonly Incoming[],
  { low, high }: Span
): Promise<bigint> => {
  const offsets = await withAdmin(kafka, admin =>
    admin.fetchTopicOffsetsByTimestamp(prefix + topic, epochMs(oldest(tail)))
  )
  const found = offsets.find(at => at.partition === partition)
  const offset = found === undefined ? low : BigInt(found.offset)
  return offset < low ? high : offset
}

const translate = async (from: ClusterAt, to: ClusterAt, at: Described, before: Span, now: Span): Promise<Move> => {
  const { topic, partition, next } = at
  const move = { topic, partition, before: next }
  const tail = next > before.low ? await tailBefore(from, at, before) : []
  // Nothing that is left in the log of before has been read.
  if (tail.length === 0) return { ...move, next: now.low, by: 'time', repeats: 0 }
  const begin = await searchFrom(to, at, tail, now)
  const search = createTailSearch(tail)
  const range = { topic: to.prefix + topic, partition, from: begin, to: now.high }
  if (begin < now.high) await readRanges(to.kafka, [range], records => records.forEach(search.add))
  const translated = search.translated(begin)
  const repeats = translated.by === 'exact' ? 0 : Number(now.high - translated.next)
  return { ...move, ...translated, repeats }
}

const refuse = (message: string): never => {
  throw new TickstreamError('TS-KAFKA-OFFSET', message)
}

/**
 * Where positions of one cluster are in another one that has copies of its topics. Throws `TS-KAFKA-OFFSET` where a position is none in the
 * log of before, or the copy has other partitions: nobody could say what that would repeat or skip.
 */
export const planMove = async (
  from: ClusterAt,
  to: ClusterAt,
  positions: readonly Described[]
): Promise<readonly Move[]> => {
  const wrong = positions.find(({ problem }) => problem !== null)
  if (wrong)
    refuse(
      `nothing was moved: ${wrong.topic}/${wrong.partition} has no position in the cluster of before: ${wrong.problem}`
    )
  const moves: Move[] = []
  for (const [topic, ofTopic] of Map.groupBy(positions, position => position.topic)) {
    const [before, now] = [await spansOf(from, topic), await spansOf(to, topic)]
    if (before.size !== now.size)
      refuse(
        `nothing was moved: ${topic} has ${before.size} partitions in the cluster of before and ${now.size} in the new one, so that its keys lie elsewhere`
      )
    for (const at of ofTopic)
      moves.push(await translate(from, to, at, before.get(at.partition)!, now.get(at.partition)!))
  }
  return moves
}
