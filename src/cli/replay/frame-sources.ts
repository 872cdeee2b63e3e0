import type { createKafka } from '../../kafka/client/client.ts'
import { pullRanges } from '../../kafka/read/range-reader.ts'
import { readTopicSpans } from '../../kafka/read/topic-spans.ts'
import { countFrames, framesInRange, type WantedFrames } from '../../lake/read/read-frames.ts'
import { openStore } from '../../lake/store/open-store.ts'
import { TickstreamError } from '../../market/error.ts'
import { iso } from '../../market/time.ts'
import type { FramesRequest } from '../../replay/lake-request.ts'
import { parseReplay } from '../../replay/request.ts'
import { resolveRanges } from '../../replay/resolve-ranges.ts'
import { withinTimes } from '../../replay/within-times.ts'
import { type ConnectionFrames, unpackFrames } from '../../runtime/frames/frame-lines.ts'
import type { Incoming } from '../../stream/topic.ts'
import { rawFrames } from '../../topics.ts'
import type { Context } from '../run/command.ts'

/** Some messages, and how much of `total` they are. */
type Batch = { readonly some: readonly ConnectionFrames[]; readonly count: number }

/** Kept messages of some exchanges: records of the topic, or messages of a lake. */
export type FrameSource = {
  readonly total: number
  readonly batches: () => AsyncGenerator<Batch>
  readonly close: () => Promise<void>
}

const framesIn = ({ value }: Incoming): readonly ConnectionFrames[] => {
  if (value === null) return []
  const { exchange, connection, frames } = rawFrames.codec.decode(value)
  return [{ exchange, connection, frames: unpackFrames(frames) }]
}

/** What topic `raw_frames` holds, by the options of a replay. */
export const framesOfTopic = async (
  { config, values, signal }: Context,
  kafka: ReturnType<typeof createKafka>
): Promise<FrameSource> => {
  const request = parseReplay({ ...values, topic: values.topic ?? rawFrames.name, 'to-stdout': true })
  if (request.topic !== rawFrames.name)
    throw new TickstreamError('TS-CONFIG', `replay --redecode reads ${rawFrames.name}, not ${request.topic}`)
  const topic = config.topicPrefix + rawFrames.name
  const ranges = await resolveRanges(request, await readTopicSpans(kafka, topic))
  const wanted = ranges.map(range => ({ topic, ...range }))
  const pulled = await pullRanges(kafka, topic, wanted, signal)
  const source = withinTimes(pulled, request)
  async function* batches(): AsyncGenerator<Batch> {
    for (let records = await source.next(); records; records = await source.next())
      yield { some: records.flatMap(framesIn), count: records.length }
  }
  return { total: ranges.reduce((sum, range) => sum + Number(range.to - range.from), 0), batches, close: pulled.close }
}

/** Records at a time: each holds the messages of a connection of about a second. */
const AT_ONCE = 100

/** What a lake holds. Throws `TS-CONFIG` where that is nothing. */
export const framesOfLake = async (
  { config }: Context,
  { location, from, to }: FramesRequest,
  exchanges: readonly string[]
): Promise<FrameSource> => {
  const store = await openStore(location, config.s3)
  const wanted: WantedFrames = { from, to, exchanges }
  const total = await countFrames(store, wanted)
  if (total === 0) {
    const says = `${store.url} holds no frames of ${exchanges.join(', ')} between ${iso(from)} and ${iso(to)}`
    throw new TickstreamError('TS-CONFIG', `--from-lake: ${says}; \`sink lake\` keeps them where RAW_FRAMES is on`)
  }
  async function* batches(): AsyncGenerator<Batch> {
    let some: ConnectionFrames[] = []
    const batch = () => ({ some, count: some.reduce((sum, { frames }) => sum + frames.length, 0) })
    for await (const record of framesInRange(store, wanted)) {
      some.push(record)
      if (some.length < AT_ONCE) continue
      yield batch()
      some = []
    }
    if (some.length > 0) yield batch()
  }
  return { total, batches, close: async () => store.close() }
}
