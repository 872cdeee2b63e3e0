import { TickstreamError } from '../market/error.ts'
import type { OffsetRange, Recording, Span } from './ports.ts'
import type { Mark, ReplayRequest } from './request.ts'

const holds = (topic: string, { partition, low, high }: Span): string =>
  low === high
    ? `${topic} partition ${partition} holds nothing (its next offset is ${high})`
    : `${topic} partition ${partition} holds offsets ${low}..${high - 1n}`

const refuse = (topic: string, spans: readonly Span[], what: string): never => {
  const ranges = spans.map(span => holds(topic, span)).join('; ')
  const hint = spans.length > 1 ? '; name one with --partition, or begin at a time with --from-time' : ''
  throw new TickstreamError('TS-KAFKA-OFFSET', `${what}: ${ranges}${hint}`)
}

const chosen = ({ topic, partition }: ReplayRequest, spans: readonly Span[]): readonly Span[] => {
  if (partition === null) return spans
  const span = spans.find(candidate => candidate.partition === partition)
  return span ? [span] : refuse(topic, spans, `there is no partition ${partition}`)
}

const offsetsOf = async (
  mark: Mark,
  topic: string,
  spans: readonly Span[],
  { offsetsAt }: Recording
): Promise<ReadonlyMap<number, bigint>> => {
  if ('time' in mark) return offsetsAt(mark.time)
  const { offset } = mark
  if (spans.some(span => offset < span.low || offset > span.high)) refuse(topic, spans, `offset ${offset} is not there`)
  return new Map(spans.map(span => [span.partition, offset]))
}

/** A range whose end lies before its beginning is empty. */
const notBefore = (begin: bigint, end: bigint): bigint => {
  if (end < begin) return begin
  return end
}

/**
 * The offsets that hold what a request means, partition by partition, up to the ends as they are now, so that a replay always
 * ends. Between them may stand records of times that were not asked for.
 * Throws `TS-SETUP` that names what each partition holds when an offset lies outside.
 */
export const resolveRanges = async (request: ReplayRequest, recording: Recording): Promise<readonly OffsetRange[]> => {
  const { topic, from, to } = request
  const spans = chosen(request, recording.spans)
  const begins = await offsetsOf(from, topic, spans, recording)
  // Records of any time stand up to the very end: an end by time is the end as it is now.
  const ends = to === null || 'time' in to ? null : await offsetsOf(to, topic, spans, recording)
  return spans.map(({ partition, low, high }) => {
    const begin = begins.get(partition) ?? low
    const end = ends?.get(partition) ?? high
    return { partition, from: begin, to: notBefore(begin, end) }
  })
}
