import { readGroupPositions, setGroupPositions } from '../../kafka/admin/group-positions.ts'
import { readTopicFiles } from '../../kafka/admin/topic-files.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { findTargetTopic, openTargetTopic } from '../../kafka/read/copy-target.ts'
import { pullRanges } from '../../kafka/read/range-reader.ts'
import { locationOf } from '../../kafka/read/table/read-usable.ts'
import { readTopicSpans } from '../../kafka/read/topic-spans.ts'
import { TickstreamError } from '../../market/error.ts'
import type { OffsetRange, RecordTarget } from '../../replay/ports.ts'
import { parseReplay, type ReplayRequest } from '../../replay/request.ts'
import { resolveRanges } from '../../replay/resolve-ranges.ts'
import { lineWriter } from '../../replay/run/line-writer.ts'
import { type GroupStore, moveGroup, movesWithState } from '../../replay/run/move-group.ts'
import { createProgress } from '../../replay/run/progress.ts'
import { readableOnly } from '../../replay/run/readable-only.ts'
import { recordLine } from '../../replay/run/record-line.ts'
import { replayRecords } from '../../replay/run/replay-records.ts'
import { withinTimes } from '../../replay/within-times.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { postgresUrl } from '../../runtime/config/postgres-url.ts'
import { postgresTopics } from '../../sink/postgres/postgres-sink.ts'
import { openStoredPositions } from '../../sink/postgres/stored-positions.ts'
import type { Incoming } from '../../stream/topic.ts'
import { stateTopic } from '../../topics.ts'
import type { Command, Context } from '../run/command.ts'
import { replayFrames } from './replay-frames.ts'
import { replayLake } from './replay-lake.ts'

/** A replay whose range is known. */
type Job = {
  readonly context: Context
  readonly kafka: ReturnType<typeof createKafka>
  readonly request: ReplayRequest
  /** The broker's name. */
  readonly topic: string
  readonly ranges: readonly OffsetRange[]
  /** Partitions that the topic has. */
  readonly partitions: number
}

const POSTGRES_GROUP = 'sink-postgres'

const copy = async (job: Job, target: RecordTarget, signal: AbortSignal): Promise<void> => {
  const { kafka, topic, ranges, request } = job
  const { log } = job.context
  const total = ranges.reduce((sum, range) => sum + Number(range.to - range.from), 0)
  const progress = createProgress(total, clock, process.stderr.isTTY, text => process.stderr.write(text))
  const wanted = ranges.map(range => ({ topic, ...range }))
  const pulled = await pullRanges(kafka, topic, wanted, signal)
  const left: Incoming[] = []
  const readable = readableOnly(pulled, record => {
    left.push(record)
    log.error(`${locationOf(record)}: ${record.unreadable}; its records are left out`)
  })
  const source = withinTimes(readable, request)
  const partitions = ranges.map(range => range.partition)
  let isWhole = false
  try {
    const onSent = (records: readonly unknown[]): void => progress.add(records.length)
    await replayRecords({ source, target, partitions, speed: request.speed, clock, signal, onSent })
    isWhole = true
  } finally {
    progress.end(isWhole)
    await pulled.close()
  }
  if (left.length > 0)
    throw new TickstreamError('TS-DATA', `${left.length} batches could not be read, and are missing from the replay`)
}

const toStdout = async (job: Job): Promise<void> => {
  const { write, gone } = lineWriter(process.stdout)
  const signal = AbortSignal.any([job.context.signal, gone])
  const target: RecordTarget = records => write(records.map(record => recordLine(job.request.topic, record)).join(''))
  await copy(job, target, signal).catch(error => {
    if (!gone.aborted) throw error
  })
}

const toTopic = async (job: Job, name: string, liftRetention: boolean): Promise<void> => {
  const { kafka, context, topic } = job
  const ranges = job.ranges.map(range => ({ topic, ...range }))
  const found = await findTargetTopic(kafka, context.config.topicPrefix + name, ranges, liftRetention, clock)
  const target = await openTargetTopic(kafka, found.topic, found.partitions === job.partitions)
  try {
    await copy(job, target.write, context.signal)
  } finally {
    await target.close()
  }
}

const kafkaStore = ({ kafka, topic, context }: Job, group: string): GroupStore => {
  const groupId = context.config.topicPrefix + group
  return {
    read: () => readGroupPositions(kafka, groupId, topic),
    set: positions => setGroupPositions(kafka, groupId, topic, positions),
    close: async () => undefined
  }
}

/** The position that counts stands in the database; the group's own, for tools that show lag, follows it. */
const postgresStore = (job: Job): GroupStore => {
  const { context, topic, ranges, request } = job
  if (!postgresTopics.includes(request.topic))
    throw new TickstreamError(
      'TS-CONFIG',
      `${POSTGRES_GROUP} does not read ${request.topic}; it reads ${postgresTopics.join(', ')}`
    )
  const group = kafkaStore(job, POSTGRES_GROUP)
  const url = postgresUrl(context.config)
  const stored = openStoredPositions(url, context.config.topicPrefix + POSTGRES_GROUP, topic)
  return {
    read: async () => {
      await group.read()
      return stored.read(ranges.map(range => range.partition))
    },
    set: async positions => {
      await stored.set(positions)
      await group.set(positions)
    },
    close: stored.close
  }
}

const groupStore = (job: Job, group: string): GroupStore =>
  group === POSTGRES_GROUP ? postgresStore(job) : kafkaStore(job, group)

const toGroup = async (job: Job, group: string): Promise<void> => {
  const { context, request } = job
  const hasState = readTopicFiles().some(file => file.name === stateTopic(group))
  if (hasState) throw movesWithState(group, request.topic, context.config.topicPrefix)
  for (const { partition, before, after } of await moveGroup(job.ranges, groupStore(job, group)))
    process.stdout.write(`${request.topic} partition ${partition}: ${before ?? 'none'} -> ${after}\n`)
}

const run = async (context: Context): Promise<number> => {
  if (context.values.redecode === true) {
    await replayFrames(context)
    return 0
  }
  if (context.values['from-lake'] !== undefined) {
    await replayLake(context)
    return 0
  }
  const request = parseReplay(context.values)
  const kafka = createKafka(context.config.kafka, 'replay', context.log)
  const topic = context.config.topicPrefix + request.topic
  const recording = await readTopicSpans(kafka, topic)
  const ranges = await resolveRanges(request, recording)
  const job: Job = { context, kafka, request, topic, ranges, partitions: recording.spans.length }
  const { destination } = request
  if (destination.kind === 'stdout') await toStdout(job)
  else if (destination.kind === 'topic') await toTopic(job, destination.name, destination.liftRetention)
  else await toGroup(job, destination.name)
  return 0
}

const USAGE = `--topic T            the topic to replay, without the prefix
--partition P        one partition; otherwise all of them
--from-offset N      begin at this offset, or
--from-time ISO      only records whose timestamp is at or after 2024-08-09T00:00:00Z, say
--to-offset M        end before this offset; otherwise at the end as it is now
--to-time ISO        only records whose timestamp is before it, wherever they stand: timestamps are not always in order
                     (a revision, a trade from history), so that a topic is read to its end
--speed X            times the recorded pace; max: as fast as it goes (default: 1 into a topic, max to stdout)
--to-stdout          one JSON a line: topic, partition, offset, timestamp, key, value
                     (a value that is not JSON is text, or {"base64": …} when it is no text)
--to-topic T2        the same records into another topic: key, value, headers, timestamp
--lift-retention     lets T2 keep records that are older than its retention.ms, by setting that to -1
--to-group G         moves the position of a stopped stage there; by time: to where no record from then on stands before it`

const LAKE_USAGE = `
or of a lake, whose files become the trades of a topic again:
--from-lake PATH     a folder, or s3://bucket/prefix
--from, --to         event times, from inclusive, to exclusive
--symbol S           exchange:BASE/QUOTE; again for another one; otherwise all that it holds
--to-topic, --speed and --lift-retention as above. Each id comes once, in order; ids that the lake lacks come as records of a gap, and
a heartbeat closes each symbol: at --to where a later trade proves that the lake reaches so far, else at its last trade. Where no
number proves trades whole, they come in the order of their records, with heartbeats between them`

const FRAMES_USAGE = `

or of raw_frames, which ingest keeps where RAW_FRAMES is on, through today's decoders:
--redecode           trades, tickers and the exchange's own candles of SYMBOLS, as the frames tell them; what came from history is not
                     among them
--to-prefix P        into the topics of this prefix, which are made before by \`TOPIC_PREFIX=P tickstream topics apply\`
--from-…, --to-…     as above; or, where the topic no longer has them,
--from-lake PATH     of a lake that \`sink lake\` keeps frames in; --from and --to are the times they were received`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

export const command: Command = {
  name: 'replay',
  summary: 'recorded records again: to the terminal, into a topic, or through a stage',
  usage: USAGE + LAKE_USAGE + FRAMES_USAGE,
  options: {
    topic: text,
    partition: text,
    'from-offset': text,
    'from-time': text,
    'to-offset': text,
    'to-time': text,
    speed: text,
    'to-stdout': flag,
    'to-topic': text,
    'lift-retention': flag,
    'to-group': text,
    'from-lake': text,
    redecode: flag,
    'to-prefix': text,
    from: text,
    to: text,
    symbol: { type: 'string', multiple: true }
  },
  run
}
