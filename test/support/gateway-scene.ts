import type { AddressInfo } from 'node:net'
import type { AlertRule } from '../../src/market/records/alert/alert-rule.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Indicators } from '../../src/market/records/derived/indicators.ts'
import { epochMs } from '../../src/market/time.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createGateway, type GatewayOptions } from '../../src/serve/http/gateway.ts'
import type { Sockets } from '../../src/serve/http/sockets.ts'
import { createFeeds } from '../../src/serve/live/feed-status-tracker.ts'
import { createHub, type Hub } from '../../src/serve/live/hub.ts'
import { createLiveTail, isRevision, LIVE_TOPICS, supersedes } from '../../src/serve/live/live-tail.ts'
import { createLiveness, type Liveness } from '../../src/serve/live/liveness.ts'
import { type Serving, statusOf } from '../../src/serve/live/serving.ts'
import { snapshotOf } from '../../src/serve/live/snapshot.ts'
import { pairSeriesKey, type WindowSeries, windowSeriesKey } from '../../src/serve/store/series.ts'
import { createSeriesCache } from '../../src/serve/store/series-cache.ts'
import type { Topic } from '../../src/stream/topic.ts'
import { compositeKey } from '../../src/topics.ts'
import { fakeClock } from './fake-clock.ts'
import { OPEN } from './guards.ts'
import { incoming } from './records.ts'
import { silent } from './silent.ts'

/** A gateway without a broker and a database: what it knows is what it is given. */
export type GatewayScene = {
  readonly url: string
  readonly serving: Serving
  readonly clock: Clock
  /** A record of a topic comes. */
  readonly give: <T>(topic: Pick<Topic<T>, 'name' | 'codec' | 'key' | 'time'>, ...values: readonly T[]) => void
  readonly written: readonly (readonly [name: string, rule: AlertRule | null])[]
  readonly sockets: Sockets
  readonly close: () => Promise<void>
}

const NOW = 1_723_161_720_000
const TOPICS = LIVE_TOPICS.map(({ topic }) => topic)

/** A live edge whose broker has just answered, and for which nothing is left to be read; `clock` tells how long ago that was. */
export const liveEdge = (clock: Clock): Liveness => {
  const liveness = createLiveness(clock, TOPICS)
  liveness.begin()
  liveness.onLeft(new Map())
  liveness.pulse.ask(1)
  liveness.pulse.answer(1)
  return liveness
}

export const gatewayScene = async (
  more: Partial<Serving> & Partial<Pick<GatewayOptions, 'guard' | 'mostRequests' | 'files'>> = {}
): Promise<GatewayScene> => {
  const clock = fakeClock(NOW)
  const written: (readonly [string, AlertRule | null])[] = []
  const shelf = { load: undefined, isStored: () => true, clock }
  let hub: Hub | undefined
  const edge = createLiveTail({
    candles: createSeriesCache<WindowSeries, Candle>({ ...shelf, supersedes, keyOf: windowSeriesKey }),
    indicators: createSeriesCache<WindowSeries, Indicators>({ ...shelf, supersedes, keyOf: windowSeriesKey }),
    pairs: createSeriesCache({ ...shelf, supersedes: () => true, keyOf: pairSeriesKey }),
    composites: createSeriesCache({ ...shelf, supersedes: isRevision, keyOf: compositeKey }),
    feeds: createFeeds([{ exchange: 'binance', symbol: 'BTC/USDT' }], '1m'),
    publish: update => hub?.publish(update)
  })
  const lags = () => [{ group: 'aggregate', topic: 'raw_ticks', partition: 0, lag: 3 }]
  const { liveness = liveEdge({ ...clock, monotonicMs: () => 0 }) } = more
  hub = createHub(snapshotOf(edge, () => statusOf({ liveTail: edge, clock, lags, liveness })))
  const serving: Serving = {
    liveTail: edge,
    hub,
    history: null,
    intervals: ['1m', '5m'],
    liveness,
    lags,
    writeRule: async (name, rule) => {
      written.push([name, rule])
      edge.setRule(name, rule)
    },
    runBacktest: async asked => Buffer.from(JSON.stringify({ report: { asked }, equity: [], trades: [] })),
    clock,
    health: createHealth(),
    ...more
  }
  const { guard = OPEN, mostRequests = 10_000, files = new Map() } = more
  const { app, sockets } = await createGateway(serving, { guard, version: '1.2.3', files, mostRequests, log: silent })
  let offset = 0
  const give: GatewayScene['give'] = (topic, ...values) => {
    for (const value of values)
      edge.accept(
        incoming({
          topic: topic.name,
          offset: String(offset++),
          timestamp: epochMs(Math.max(NOW, topic.time(value))),
          key: Buffer.from(topic.key(value)),
          value: Buffer.from(topic.codec.encode(value))
        })
      )
  }
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const close = async (): Promise<void> => {
    sockets.close()
    await app.close()
  }
  return { url: `http://127.0.0.1:${port}`, serving, clock, give, written, sockets, close }
}
