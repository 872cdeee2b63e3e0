import type { Counted } from '../../aggregate/state/counted.ts'
import { baseUrls } from '../../exchange/base-urls.ts'
import { REST_SETTINGS } from '../../exchange/registry.ts'
import { type AskHistory, createAskHistory } from '../../ingest/backfill/ask-history.ts'
import type { Backfilled } from '../../ingest/backfill/backfilling.ts'
import { findTimeRange } from '../../ingest/backfill/find-time-range.ts'
import { runBackfill } from '../../ingest/backfill/run-backfill.ts'
import { wantedIds } from '../../ingest/backfill/wanted-ids.ts'
import { sizedInstrument } from '../../ingest/listings/contract-sizes.ts'
import { fetchJson } from '../../ingest/transport/fetch-json.ts'
import { refusedSymbol } from '../../ingest/transport/refusal.ts'
import { createRest, HISTORY_RETRY } from '../../ingest/transport/rest.ts'
import { createKafka } from '../../kafka/client/client.ts'
import { createPublisher } from '../../kafka/produce/publisher.ts'
import { checkKeeps } from '../../kafka/read/copy-target.ts'
import { locationOf } from '../../kafka/read/table/read-usable.ts'
import { TickstreamError } from '../../market/error.ts'
import { countIds } from '../../market/id-ledger.ts'
import { isSimulated } from '../../market/instrument.ts'
import type { BackfillPosition } from '../../market/records/feed/backfill-position.ts'
import { iso } from '../../market/time.ts'
import { type TimeRange, timeRangeFlags, typed } from '../../research/time-range-flags.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { type Flags, isOn, refuseProblems } from '../../runtime/flags.ts'
import { createShareProgress } from '../../runtime/observe/share-progress.ts'
import { rawTicks } from '../../topics.ts'
import { besideSimulated } from '../../up/simulated-market.ts'
import type { Command, Context } from '../run/command.ts'
import { type Known, whatIsKnown } from './what-is-known.ts'

const PREFIX = 'history-'

/**
 * Refuses trades from before a symbol's first one, once windows have been forgotten: each would be a dead letter and change nothing.
 * Says how candles of that time are built.
 */
const refuseTooEarly = (timeRange: TimeRange, fromId: number, counted: Counted | null): void => {
  if (counted === null || counted.acceptsEarlier || fromId >= counted.firstId) return
  const { exchange, symbol } = timeRange.instrument
  const own = `TOPIC_PREFIX=${PREFIX}`
  throw new TickstreamError(
    'TS-CONFIG',
    [
      `backfill cannot begin:`,
      `  the candles of ${exchange}:${symbol} begin with trade ${counted.firstId} of ${iso(counted.firstTime)}, and that can no longer be changed.`,
      `  From there on gaps can be filled: --from ${iso(counted.firstTime)}. What is older is built beside the running candles, under a prefix of its own:`,
      `    ${own} tickstream topics apply`,
      `    ${own} tickstream backfill ${typed(timeRange)}`,
      `    ${own} tickstream aggregate`,
      `    ${own} tickstream sink postgres    # into the same tables: windows that stand there already stay as they are`
    ].join('\n')
  )
}

/** The first question is answered soon or not at all; later an exchange may be away for a minute. */
const FIRST_ATTEMPTS = 4
const ATTEMPTS = 12

/** What `backfill` was asked for. */
type Request = TimeRange & { readonly liftRetention: boolean; readonly again: boolean }

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const printError = (text: string): void => void process.stderr.write(text)

const parse = (values: Flags['values']): Request => {
  const flags: Flags = { values, problems: [] }
  const timeRange = timeRangeFlags(flags)
  if (timeRange && timeRange.from >= clock.now()) flags.problems.push('--from is in the future')
  if (timeRange?.exchange.chain === null)
    flags.problems.push(
      `--symbol: no number of its trades tells which are missing, and ${timeRange.exchange.id} has no way to older ones`
    )
  if (timeRange?.exchange.history.isNumbered === false)
    flags.problems.push(`--symbol: the history of ${timeRange.exchange.id} does not have the numbers of its trades`)
  refuseProblems(flags, 'backfill')
  return { ...timeRange!, liftRetention: isOn(flags, 'lift-retention'), again: isOn(flags, 'again') }
}

const openHistory = async ({ config, signal }: Context, { exchange, instrument: asked }: Request) => {
  const url = baseUrls(exchange, config.exchangeUrls).rest
  const rest = createRest({ exchange, url, clock, fetchJson, signal })
  const instrument = await sizedInstrument({ exchange, rest }, asked)
  return (attempts: number): AskHistory =>
    createAskHistory(exchange, instrument, rest, { ...HISTORY_RETRY, attempts, clock, random: Math.random, signal })
}

/** Where to begin: where an earlier run has ended, or with the first trade of the range. */
const begin = async (request: Request, known: Known, ask: AskHistory): Promise<BackfillPosition | null> => {
  if (known.position !== null && !request.again) return known.position
  try {
    return await findTimeRange(request.instrument, request.from, request.to, ask)
  } catch (error) {
    throw refusedSymbol(error, request.instrument)
  }
}

const fetchAll = async (
  context: Context,
  known: Known,
  position: BackfillPosition,
  ask: AskHistory
): Promise<Backfilled> => {
  const { config, log, health, signal } = context
  const { counted, unfilled } = known
  const lost = unfilled.filter(({ status }) => status === 'unrecoverable')
  const wanted = wantedIds(position, counted, lost)
  const kafka = createKafka(config.kafka, 'backfill', log)
  const world = { clock, log, health, random: Math.random }
  const output = createPublisher({ ...world, kafka, prefix: config.topicPrefix, stage: 'backfill' })
  const progress = createShareProgress(countIds(wanted.gaps), 'trades', clock, process.stderr.isTTY, printError)
  const isJoined = counted === null || Number(position.fromId) <= counted.lastId + 1
  try {
    return await runBackfill({
      ...{ position, wanted, unfilled, isJoined, ask, output, clock, signal },
      onDone: progress.done
    })
  } catch (error) {
    printError('backfill stopped; started again in the same way, it goes on from here\n')
    throw error
  } finally {
    progress.end()
    await output.close()
  }
}

const printResult = (
  { instrument, from }: Request,
  { fromId, toId, provenTo }: BackfillPosition,
  done: Backfilled
): void => {
  const absent = done.absent.map(range => `${range.from}..${range.to}`)
  const lost =
    absent.length === 0 ? '' : `; history does not have, or the broker refuses, ${absent.slice(0, 20).join(', ')}`
  print(
    `${instrument.exchange}:${instrument.symbol} ${iso(from)} to ${iso(provenTo)}: ids ${fromId}..${toId}, ${done.trades} trades published; the other ids were there, or can no longer be taken in${lost}`
  )
}

const run = async (context: Context): Promise<number> => {
  const request = parse(context.values)
  const { config, log, signal } = context
  const kafka = createKafka(config.kafka, 'backfill', log)
  const known = await whatIsKnown(kafka, config.topicPrefix, request, signal, ({ record, error }) =>
    log.warn(`a record is left out: ${locationOf(record)}: ${error.message}`)
  )
  const market = isSimulated(request.instrument.exchange) ? await besideSimulated(config, printError) : config
  const history = await openHistory({ ...context, config: market }, request)
  const position = await begin(request, known, history(FIRST_ATTEMPTS))
  if (position === null) print('nothing was traded in that time')
  else if (Number(position.nextId) > Number(position.toId))
    print('this time range was fetched before; --again fetches what the candles still lack of it')
  else {
    refuseTooEarly(request, Number(position.fromId), known.counted)
    await checkKeeps(kafka, config.topicPrefix + rawTicks.name, request.from, request.liftRetention, clock)
    printResult(request, position, await fetchAll(context, known, position, history(ATTEMPTS)))
  }
  return 0
}

const USAGE = `--symbol S          exchange:BASE/QUOTE
--from, --to        times as 2024-08-09T00:00:00Z, from inclusive, to exclusive
--again             begin anew a timeRange that was fetched before
--lift-retention    lets raw_ticks keep trades that are older than its retention.ms, by setting that to -1

Trades are asked of the exchange's history (${REST_SETTINGS}) by id and published in their order, with half the request budget of this
address, so that an ingest goes first. Ended anywhere and started again, it goes on from the position in backfill_state; a trade that
is published twice counts once. Ids that candles hold already are passed over.

What it changes in candles: under a prefix without candles of the symbol, all windows are built; the first one of each interval is
partial, so begin one window of the widest early. Under a running one, gaps that are open or waited for are filled, whatever their age,
and gap becomes backfilled; what was given up is filled within REVISION_HORIZON. Trades before the symbol's first are taken only until
REVISION_HORIZON has passed since; later they are refused, and it says how they are built under a TOPIC_PREFIX of their own.`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

export const command: Command = {
  name: 'backfill',
  summary: "fetch trades from the exchange's history into raw_ticks, resumable",
  usage: USAGE,
  options: { symbol: text, from: text, to: text, again: flag, 'lift-retention': flag },
  run
}
