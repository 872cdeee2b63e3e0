import { baseUrls } from '../../exchange/base-urls.ts'
import { GAPS_KEPT_MS, keepLedgerShort } from '../../ingest/gaps/clear-ledger.ts'
import { followedSymbols } from '../../ingest/listings/followed-symbols.ts'
import { createFramePublisher } from '../../ingest/raw/publish-frames.ts'
import { recordSockets } from '../../ingest/raw/record-sockets.ts'
import { type IngestOptions, startIngest } from '../../ingest/start-ingest.ts'
import { fetchJson } from '../../ingest/transport/fetch-json.ts'
import { type OpenSocket, openSocket } from '../../ingest/transport/open-socket.ts'
import { hasTopic } from '../../kafka/admin/has-topic.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { deadLetterOnce } from '../../kafka/read/table/dead-letter-once.ts'
import { readPreviousRun } from '../../kafka/read/table/previous-run.ts'
import { publishedAfter } from '../../kafka/read/table/published-after.ts'
import { readTable } from '../../kafka/read/table/read-table.ts'
import { readValues } from '../../kafka/read/table/read-values.ts'
import { aborted } from '../../runtime/aborted.ts'
import { systemClock } from '../../runtime/clock.ts'
import { createHealth } from '../../runtime/observe/health.ts'
import { spawn } from '../../runtime/spawn.ts'
import { gaps, ingestState } from '../../topics.ts'
import type { Command, Context } from '../run/command.ts'

const STAGE = 'ingest'

const run = async (context: Context): Promise<number> => {
  const { config, log, health, signal } = context
  const followed = await followedSymbols(context)
  const instruments = followed.flatMap(match => match.instruments)
  const kafka = createKafka(config.kafka, STAGE, log)
  const world = { clock: systemClock, log, health, random: Math.random }
  const prefix = config.topicPrefix
  const output = createPublisher({ ...world, kafka, prefix, stage: STAGE })
  // On its own: a topic that it may not write to must not keep trades back, nor make the stage unready.
  const listingsOutput = createPublisher({ ...world, kafka, prefix, stage: STAGE, health: createHealth() })
  const unusable = deadLetterOnce({ ...world, kafka, prefix, stage: STAGE, publisher: output, signal })
  const shared: Omit<IngestOptions, 'exchange' | 'instruments' | 'wsUrl' | 'restUrl'> = {
    ...world,
    ...(await readPreviousRun({ kafka, prefix, instruments, unusable, log, signal })),
    readPositions: () => readValues(kafka, prefix, ingestState, signal, unusable.onUnusable),
    readPublished: (instrument, behind) => publishedAfter(kafka, prefix, instrument, behind, signal),
    graceMs: config.graceMs,
    heartbeatMs: config.heartbeatMs,
    gapGiveUpMs: config.gapGiveUpMs,
    quotes: true,
    listing: true,
    hasTopic: name => hasTopic(kafka, prefix + name),
    output,
    listingsOutput,
    fetchJson,
    openSocket
  }
  const publishers: { readonly flush: () => void }[] = []
  const recordedSockets = (exchange: string): OpenSocket => {
    const frames = createFramePublisher({ exchange, output, clock: systemClock, log, signal })
    publishers.push(frames)
    return recordSockets(openSocket, systemClock, frames.keep)
  }
  const running = followed.map(group => {
    const { ws, rest } = baseUrls(group.exchange, config.exchangeUrls)
    const sockets = config.rawFrames ? { openSocket: recordedSockets(group.exchange.id) } : {}
    return startIngest({ ...shared, ...group, ...sockets, wsUrl: ws, restUrl: rest })
  })
  const readGaps = () => readTable(kafka, prefix, gaps, signal, () => undefined)
  const keepMs = config.topics.retentionMs.get(gaps.name) ?? GAPS_KEPT_MS
  spawn(keepLedgerShort({ readGaps, output: listingsOutput, keepMs, clock: systemClock, log, signal }), signal, log)
  await aborted(signal)
  for (const ingest of running) ingest.stop()
  for (const frames of publishers) frames.flush()
  await Promise.all([output.close(), listingsOutput.close()])
  return 0
}

export const command: Command = {
  name: 'ingest',
  summary:
    "follow the exchanges' trades into raw_ticks, and prove them whole; order books, tickers and the exchange's own candles as well",
  usage:
    'Follows SYMBOLS; patterns such as kraken:*/USD and top:50@binance are looked up in the list of the exchange at the start, and what is new once an hour. A jump of trade ids becomes a gap in `gaps`, and is filled from the history of the exchange. The best levels of each order book go to raw_books, the rolling 24 h to raw_tickers, the 1m candles that the exchange itself makes to exchange_klines: the newest 1,000 when a symbol starts cold, then each as it closes; the state in which it lists each symbol to listings, and its tick and lot size, its sessions and whether it was delisted to instruments, once an hour, and sooner when a stream falls silent.',
  options: {},
  stage: true,
  run
}
