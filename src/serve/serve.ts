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
import { createLiveTail, isRevision, LIVE_TOPICS, type LiveTail, supersedes } from './live/live-tail.ts'
import { createLiveness, type Liveness } from './live/liveness.ts'
import { type Lag, type Serving, statusOf } from './live/serving.ts'
import { snapshotOf } from './live/snapshot.ts'
import type { History } from './store/database-reader.ts'
import { pairSeriesKey, windowSeriesKey } from './store/series.ts'
import { createSeriesCache } from './store/series-cache.ts'
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
    readonly onTopics: StoredPart['setTopics']
    readonly onRecord: (record: Incoming) => void
    readonly onLeft: Liveness['onLeft']
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
const tryAndReport = async (part: string, { health }: ServeOptions, work: () => Promise<void>): Promise<boolean> => {
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

const liveTailOf = (options: ServeOptions, polled: Polled, hub: () => Hub): LiveTail => {
  const { history, clock, symbols, intervals } = options
  const isStored = history === null ? () => true : polled.stored.has
  const common = { isStored, clock }
  return createLiveTail({
    onUnusable: reportUnusable(options.log),
    candles: createSeriesCache({ keyOf: windowSeriesKey, supersedes, load: history?.candles, ...common }),
    indicators: createSeriesCache({ keyOf: windowSeriesKey, supersedes, load: history?.indicators, ...common }),
    pairs: createSeriesCache({ keyOf: pairSeriesKey, supersedes: () => true, load: history?.pairs, ...common }),
    composites: createSeriesCache({
      keyOf: compositeKey,
      supersedes: isRevision,
      load: history?.composites,
      ...common
    }),
    feeds: createFeeds(symbols, intervals[0] ?? '1m'),
    publish: update => hub().publish(update)
  })
}

const servingOf = (options: ServeOptions, polled: Polled): Serving => {
  const { history, intervals, writeRule, runBacktest, clock, health } = options
  const lags = (): readonly Lag[] => (clock.monotonicMs() - polled.lagsAt > LAGS_HOLD_MS ? [] : polled.lags)
  const liveness = createLiveness(
    clock,
    LIVE_TOPICS.map(({ topic }) => topic)
  )
  let hub: Hub | undefined
  const liveTail = liveTailOf(options, polled, () => hub!)
  hub = createHub(snapshotOf(liveTail, () => statusOf({ liveTail, clock, lags, liveness })))
  const writeAndApply: Serving['writeRule'] = async (name, rule) => {
    await writeRule(name, rule)
    liveTail.setRule(name, rule)
  }
  return { liveTail, hub, history, intervals, liveness, lags, writeRule: writeAndApply, runBacktest, clock, health }
}

const listen = async ({ app }: Gateway, { host, port }: GatewayConfig): Promise<string> => {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TickstreamError(
      'TS-SETUP',
      `${host}:${port} cannot be listened on (${reason}); set HTTP_PORT to a free port`,
      { cause }
    )
  }
  const { port: bound } = app.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

/** The newest of each pair: of long intervals Kafka may have nothing to tell for a day. */
const preloadPairs = async (
  { pairs, intervals }: ServeOptions,
  history: History,
  { liveTail }: Serving
): Promise<void> => {
  for (const { a, b } of pairs)
    for (const interval of intervals)
      for (const method of PAIR_METHODS) {
        const pair = { a, b, interval, method }
        liveTail.pairs.preload(pair, await history.pairs(pair, { from: null, to: null, limit: 1 }))
      }
}

/** How far the sink has stored. */
const askStored = async ({ prefix }: ServeOptions, history: History, polled: Polled): Promise<void> => {
  polled.stored.setPositions(await history.stored(`${prefix}sink-postgres`))
}

/** What the database knew when the gateway started; it is waited for. */
const begin = async (options: ServeOptions, serving: Serving, polled: Polled): Promise<void> => {
  const { history, clock, signal } = options
  if (!history) return
  const ask = async (): Promise<void> => {
    await askStored(options, history, polled)
    serving.liveTail.feeds.begin(await history.verified())
    await preloadPairs(options, history, serving)
  }
  while (!(await tryAndReport('database', options, ask)) && !signal.aborted)
    await clock.sleep(RETRY_MS, signal).catch(() => undefined)
}

/** Each in its own time: a broker that hangs holds nothing up that the database can tell. */
const startPolling = (options: ServeOptions, polled: Polled): readonly Promise<void>[] => [
  repeat(POLL_EVERY_MS, options, async () => {
    const { history } = options
    if (history) await tryAndReport('database', options, () => askStored(options, history, polled))
  }),
  repeat(POLL_EVERY_MS, options, async () => {
    await tryAndReport('lag', options, async () => {
      const askedAt = options.clock.monotonicMs()
      polled.lags = await options.readLags()
      polled.lagsAt = askedAt
    })
  })
]

const publishStatus = (serving: Serving): void =>
  serving.hub.publish({ channel: 'status', fields: {}, series: 'status', name: 'status', value: statusOf(serving) })

const startPublishing = (options: ServeOptions, serving: Serving, { sockets }: Gateway): readonly Promise<void>[] => {
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
  const { gateway: listenOn, version, files, mostRequests, log, health, signal, follow, onListening } = options
  const polled: Polled = { stored: createStoredPart(options), lags: [], lagsAt: Number.NEGATIVE_INFINITY }
  const serving = servingOf(options, polled)
  const { liveTail, liveness } = serving
  const guard = { token: listenOn.token, host: listenOn.host, origins: listenOn.corsOrigins }
  health.report('live edge', liveness.problem)
  const gateway = await createGateway(serving, { guard, version, files, mostRequests, log })
  try {
    onListening(await listen(gateway, listenOn))
    const publishing = startPublishing(options, serving, gateway)
    await begin(options, serving, polled)
    liveness.begin()
    await Promise.race([
      follow({
        stored: polled.stored.positions(),
        onTopics: polled.stored.setTopics,
        onRecord: liveTail.accept,
        onLeft: liveness.onLeft,
        pulse: liveness.pulse
      }),
      Promise.all([...publishing, ...startPolling(options, polled)]),
      aborted(signal)
    ])
  } finally {
    gateway.sockets.close()
    await gateway.app.close()
  }
}
