import type { AddressInfo } from 'node:net'
import { TickstreamError } from '../market/error.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Interval } from '../market/interval.ts'
import type { Pair } from '../market/pair.ts'
import { PAIR_METHODS } from '../market/records/derived/pair-stats.ts'
import { aborted } from '../runtime/aborted.ts'
import type { Clock } from '../runtime/clock.ts'
import type { GatewayConfig } from '../runtime/config/config.ts'
import type { Health } from '../runtime/observe/health.ts'
import type { Logger } from '../runtime/observe/log.ts'
import { metrics } from '../runtime/observe/metrics.ts'
import type { Incoming } from '../stream/topic.ts'
import { compositeKey } from '../topics.ts'
import { createGateway, type Gateway } from './http/gateway.ts'
import type { WebFile } from './http/web-app.ts'
import { createFeeds } from './live/feed-status-tracker.ts'
import { createHub, type Hub } from './live/hub.ts'
import { createEdge, EDGE_TOPICS, type Edge, isLater, isRevision } from './live/live-tail.ts'
import { createLiveness, type Liveness } from './live/liveness.ts'
import { type Lag, type Serving, statusOf } from './live/serving.ts'
import { snapshotOf } from './live/snapshot.ts'
import type { History } from './store/database-reader.ts'
import { pairSeriesKey, windowSeriesKey } from './store/series.ts'
import { createShelf } from './store/series-cache.ts'
import { createStoredPart, type Positions, type StoredPart } from './store/stored-part.ts'

/** What a gateway needs of the world. */
export type ServeOptions = {
  readonly gateway: GatewayConfig
  readonly prefix: string
  readonly symbols: readonly Instrument[]
  readonly pairs: readonly Pair[]
  /** Finest first. */
  readonly intervals: readonly Interval[]
  readonly version: string
  readonly files: ReadonlyMap<string, WebFile>
  readonly history: History | null
  /** Reads `EDGE_TOPICS` on from what is stored, until the signal. */
  readonly follow: (reader: {
    readonly stored: Positions
    readonly onTopics: StoredPart['read']
    readonly onRecord: (record: Incoming) => void
    readonly onLeft: Liveness['take']
    readonly pulse: Liveness['pulse']
  }) => Promise<void>
  readonly readLags: () => Promise<readonly Lag[]>
  readonly writeRule: Serving['writeRule']
  readonly runBacktest: Serving['runBacktest']
  readonly mostRequests: number
  readonly clock: Clock
  readonly health: Health
  readonly log: Logger
  readonly signal: AbortSignal
  readonly onListening: (url: string) => void
}

/** Changes are gathered for so long: a tick is on the screen well within the quarter of a second that it may take. */
const FLUSH_EVERY_MS = 20
const STATUS_EVERY_MS = 1_000
const POLL_EVERY_MS = 2_000
const PING_EVERY_MS = 15_000
const RETRY_MS = 1_000
/** A state that has changed is told well within a second. */
const CHECK_EVERY_MS = 250
/** Lags are asked for every two seconds; older ones are no longer told. */
const LAGS_HOLD_MS = 5_000

/** What changes while it runs: how far the database is, and the lags and when they were asked for. */
type Polled = { readonly stored: StoredPart; lags: readonly Lag[]; lagsAt: number }

const repeat = async (
  everyMs: number,
  { clock, signal }: ServeOptions,
  work: () => void | Promise<void>
): Promise<void> => {
  while (!signal.aborted) {
    await work()
    await clock.sleep(everyMs, signal).catch(() => undefined)
  }
}

/** Tells health of a failure that passes, and of its end. */
const guarded = async (part: string, { health }: ServeOptions, work: () => Promise<void>): Promise<boolean> => {
  try {
    await work()
    health.report(part, null)
    return true
  } catch (error) {
    health.report(part, error instanceof Error ? error.message : String(error))
    return false
  }
}

const reportUnusable =
  (log: Logger) =>
  ({ topic, partition, offset }: Incoming, detail: string): void => {
    metrics.deadLetters.inc({ stage: 'serve', reason: 'undecodable' })
    log.error({ topic, partition, offset, detail }, 'a record cannot be used and is left out')
  }

const edgeOf = (options: ServeOptions, polled: Polled, hub: () => Hub): Edge => {
  const { history, clock, symbols, intervals } = options
  const isStored = history === null ? () => true : polled.stored.has
  return createEdge({
    onUnusable: reportUnusable(options.log),
    candles: createShelf({
      keyOf: windowSeriesKey,
      isNews: isLater,
      load: history?.candles,
      isStored,
      clock
    }),
    indicators: createShelf({
      keyOf: windowSeriesKey,
      isNews: isLater,
      load: history?.indicators,
      isStored,
      clock
    }),
    pairs: createShelf({ keyOf: pairSeriesKey, isNews: () => true, load: history?.pairs, isStored, clock }),
    composites: createShelf({ keyOf: compositeKey, isNews: isRevision, load: history?.composites, isStored, clock }),
    feeds: createFeeds(symbols, intervals[0] ?? '1m'),
    publish: update => hub().publish(update)
  })
}

const servingOf = (options: ServeOptions, polled: Polled): Serving => {
  const { history, intervals, writeRule, runBacktest, clock, health } = options
  const lags = (): readonly Lag[] => (clock.monotonicMs() - polled.lagsAt > LAGS_HOLD_MS ? [] : polled.lags)
  const liveness = createLiveness(
    clock,
    EDGE_TOPICS.map(({ topic }) => topic)
  )
  let hub: Hub | undefined
  const edge = edgeOf(options, polled, () => hub!)
  hub = createHub(snapshotOf(edge, () => statusOf({ edge, clock, lags, liveness })))
  const writeAndKnow: Serving['writeRule'] = async (name, rule) => {
    await writeRule(name, rule)
    edge.setRule(name, rule)
  }
  return { edge, hub, history, intervals, liveness, lags, writeRule: writeAndKnow, runBacktest, clock, health }
}

const listen = async ({ app }: Gateway, { host, port }: GatewayConfig): Promise<string> => {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new TickstreamError(
      'TS-SETUP',
      `${host}:${port} cannot be listened on (${said}); set HTTP_PORT to a free port`,
      { cause }
    )
  }
  const { port: bound } = app.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

/** The newest of each pair: of long intervals Kafka may have nothing to tell for a day. */
const knowPairs = async ({ pairs, intervals }: ServeOptions, history: History, { edge }: Serving): Promise<void> => {
  for (const { a, b } of pairs)
    for (const interval of intervals)
      for (const method of PAIR_METHODS) {
        const pair = { a, b, interval, method }
        edge.pairs.know(pair, await history.pairs(pair, { from: null, to: null, limit: 1 }))
      }
}

/** How far the sink has stored. */
const askStored = async ({ prefix }: ServeOptions, history: History, polled: Polled): Promise<void> => {
  polled.stored.know(await history.stored(`${prefix}sink-postgres`))
}

/** What the database knew when the gateway started; it is waited for. */
const begin = async (options: ServeOptions, serving: Serving, polled: Polled): Promise<void> => {
  const { history, clock, signal } = options
  if (!history) return
  const ask = async (): Promise<void> => {
    await askStored(options, history, polled)
    serving.edge.feeds.begin(await history.verified())
    await knowPairs(options, history, serving)
  }
  while (!(await guarded('database', options, ask)) && !signal.aborted)
    await clock.sleep(RETRY_MS, signal).catch(() => undefined)
}

/** Each in its own time: a broker that hangs holds nothing up that the database can tell. */
const keepPolling = (options: ServeOptions, polled: Polled): readonly Promise<void>[] => [
  repeat(POLL_EVERY_MS, options, async () => {
    const { history } = options
    if (history) await guarded('database', options, () => askStored(options, history, polled))
  }),
  repeat(POLL_EVERY_MS, options, async () => {
    await guarded('lag', options, async () => {
      const askedAt = options.clock.monotonicMs()
      polled.lags = await options.readLags()
      polled.lagsAt = askedAt
    })
  })
]

const publishStatus = (serving: Serving): void =>
  serving.hub.publish({ channel: 'status', fields: {}, series: 'status', name: 'status', value: statusOf(serving) })

const keepTelling = (options: ServeOptions, serving: Serving, { sockets }: Gateway): readonly Promise<void>[] => {
  serving.liveness.watch(() => publishStatus(serving))
  return [
    repeat(FLUSH_EVERY_MS, options, serving.hub.flush),
    repeat(CHECK_EVERY_MS, options, serving.liveness.check),
    repeat(STATUS_EVERY_MS, options, () => publishStatus(serving)),
    repeat(PING_EVERY_MS, options, sockets.ping)
  ]
}

/** Serves API and dashboard until the signal. Throws what nobody can wait for: a port that is taken, a topic that is missing. */
export const serve = async (options: ServeOptions): Promise<void> => {
  const { gateway: place, version, files, mostRequests, log, health, signal, follow, onListening } = options
  const polled: Polled = { stored: createStoredPart(options), lags: [], lagsAt: Number.NEGATIVE_INFINITY }
  const serving = servingOf(options, polled)
  const { edge, liveness } = serving
  const guard = { token: place.token, host: place.host, origins: place.corsOrigins }
  health.report('live edge', liveness.problem)
  const gateway = await createGateway(serving, { guard, version, files, mostRequests, log })
  try {
    onListening(await listen(gateway, place))
    const telling = keepTelling(options, serving, gateway)
    await begin(options, serving, polled)
    liveness.begin()
    await Promise.race([
      follow({
        stored: polled.stored.positions(),
        onTopics: polled.stored.read,
        onRecord: edge.take,
        onLeft: liveness.take,
        pulse: liveness.pulse
      }),
      Promise.all([...telling, ...keepPolling(options, polled)]),
      aborted(signal)
    ])
  } finally {
    gateway.sockets.close()
    await gateway.app.close()
  }
}
