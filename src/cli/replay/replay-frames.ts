import type { Exchange } from '../../exchange/exchange.ts'
import { exchangesOf } from '../../exchange/registry.ts'
import { sizedOf } from '../../ingest/listings/contract-sizes.ts'
import { createRedecoder } from '../../ingest/raw/redecode.ts'
import { hasTopic } from '../../kafka/admin/has-topic.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { readValues } from '../../kafka/read/table/read-values.ts'
import { TickstreamError } from '../../market/error.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { SizedInstrument } from '../../market/records/feed/contract-size.ts'
import { parseLakeFrames } from '../../replay/lake-request.ts'
import { createProgress } from '../../replay/run/progress.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { instruments, rawTicks } from '../../topics.ts'
import type { Context } from '../run/command.ts'
import { plainSymbols } from '../run/plain-symbols.ts'
import { framesOfLake, framesOfTopic } from './frame-sources.ts'

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

/** What contracts hold is told by what ingest has kept of the exchange's list: no frame does. Throws `TS-CONFIG` where it has not. */
const sizedAsListed = async (
  kafka: ReturnType<typeof createKafka>,
  { config, signal }: Context,
  exchange: Exchange,
  asked: readonly Instrument[]
): Promise<readonly SizedInstrument[]> => {
  if (!asked.some(instrument => exchange.countsContracts?.(instrument))) return asked
  const facts = await readValues(kafka, config.topicPrefix, instruments, signal, () => undefined)
  return sizedOf(
    exchange,
    asked,
    facts.filter(fact => fact.exchange === exchange.id)
  )
}

/** `replay --redecode`: recorded frames of SYMBOLS, of the topic or of a lake, through today's decoders into topics of another prefix. */
export const replayFrames = async (context: Context): Promise<void> => {
  const { config, values, log, health } = context
  const request = values['from-lake'] === undefined ? null : parseLakeFrames(values, 'replay')
  const kafka = createKafka(config.kafka, 'replay', log)
  const prefix = await targetPrefix(context, kafka)
  const exchanges = exchangesOf(plainSymbols(config, 'replay --redecode'))
  const redecoders = new Map(
    await Promise.all(
      exchanges.map(async group => {
        const sized = await sizedAsListed(kafka, context, group.exchange, group.instruments)
        return [group.exchange.id, createRedecoder(group.exchange, sized)] as const
      })
    )
  )
  const source = request
    ? await framesOfLake(context, request, [...redecoders.keys()])
    : await framesOfTopic(context, kafka)
  const progress = createProgress(source.total, clock, process.stderr.isTTY, text => process.stderr.write(text))
  const output = createPublisher({ kafka, prefix, stage: 'replay', clock, log, health, random: Math.random })
  let isWhole = false
  try {
    for await (const { some, count } of source.batches()) {
      context.signal.throwIfAborted()
      await output.send(some.flatMap(({ exchange, frames }) => redecoders.get(exchange)?.decode(frames) ?? []))
      progress.add(count)
    }
    isWhole = true
  } finally {
    progress.end(isWhole)
    await source.close()
    await output.close()
  }
}
