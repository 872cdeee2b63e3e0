import { exchangesOf } from '../../exchange/registry.ts'
import { createRedecoder, type Redecoder } from '../../ingest/raw/redecode.ts'
import { hasTopic } from '../../kafka/admin/has-topic.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { pullRanges } from '../../kafka/read/range-reader.ts'
import { readTopicSpans } from '../../kafka/read/topic-spans.ts'
import { TickstreamError } from '../../market/error.ts'
import { parseReplay } from '../../replay/request.ts'
import { resolveRanges } from '../../replay/resolve-ranges.ts'
import { createProgress } from '../../replay/run/progress.ts'
import { withinTimes } from '../../replay/within-times.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import type { Incoming, Outgoing } from '../../stream/topic.ts'
import { rawFrames, rawTicks } from '../../topics.ts'
import type { Context } from '../run/command.ts'
import { plainSymbols } from '../run/plain-symbols.ts'

/** Where the decoded records go: topics of another prefix. Throws `TS-CONFIG` where that is the installation's own, or missing. */
const targetPrefix = async (context: Context, kafka: ReturnType<typeof createKafka>): Promise<string> => {
  const { config, values } = context
  const prefix = values['to-prefix']
  if (typeof prefix !== 'string' || prefix === '')
    throw new TickstreamError('TS-CONFIG', 'replay --redecode: --to-prefix is missing: name the prefix of fresh topics')
  if (prefix === config.topicPrefix)
    throw new TickstreamError(
      'TS-CONFIG',
      `replay --redecode: --to-prefix ${prefix} is this installation's own: its trades would come twice`
    )
  if (!(await hasTopic(kafka, prefix + rawTicks.name)))
    throw new TickstreamError(
      'TS-CONFIG',
      `replay --redecode: ${prefix}${rawTicks.name} is missing; make it by \`TOPIC_PREFIX=${prefix} tickstream topics apply\``
    )
  return prefix
}

const decodeAll = (redecoders: ReadonlyMap<string, Redecoder>, records: readonly Incoming[]): readonly Outgoing[] =>
  records.flatMap(({ value }) => {
    if (value === null) return []
    const frames = rawFrames.codec.decode(value)
    return redecoders.get(frames.exchange)?.decode(frames) ?? []
  })

/** `replay --redecode`: recorded frames of SYMBOLS through today's decoders, into the topics of another prefix. */
export const replayFrames = async (context: Context): Promise<void> => {
  const { config, values, log, health, signal } = context
  const request = parseReplay({ ...values, topic: values.topic ?? rawFrames.name, 'to-stdout': true })
  if (request.topic !== rawFrames.name)
    throw new TickstreamError('TS-CONFIG', `replay --redecode reads ${rawFrames.name}, not ${request.topic}`)
  const kafka = createKafka(config.kafka, 'replay', log)
  const prefix = await targetPrefix(context, kafka)
  const exchanges = exchangesOf(plainSymbols(config, 'replay --redecode'))
  const redecoders = new Map(
    exchanges.map(({ exchange, instruments }) => [exchange.id, createRedecoder(exchange, instruments)])
  )
  const topic = config.topicPrefix + rawFrames.name
  const ranges = await resolveRanges(request, await readTopicSpans(kafka, topic))
  const total = ranges.reduce((sum, range) => sum + Number(range.to - range.from), 0)
  const progress = createProgress(total, clock, process.stderr.isTTY, text => process.stderr.write(text))
  const pulled = await pullRanges(
    kafka,
    topic,
    ranges.map(range => ({ topic, ...range })),
    signal
  )
  const output = createPublisher({ kafka, prefix, stage: 'replay', clock, log, health, random: Math.random })
  let isWhole = false
  try {
    const source = withinTimes(pulled, request)
    for (let records = await source.next(); records; records = await source.next()) {
      await output.send(decodeAll(redecoders, records))
      progress.add(records.length)
    }
    isWhole = true
  } finally {
    progress.end(isWhole)
    await pulled.close()
    await output.close()
  }
}
