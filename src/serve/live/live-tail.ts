import { TickstreamError } from '../../market/error.ts'
import { instrumentKey } from '../../market/instrument.ts'
import { INTERVALS } from '../../market/interval.ts'
import type { Alert } from '../../market/records/alert/alert.ts'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { Composite } from '../../market/records/derived/composite.ts'
import type { Indicators } from '../../market/records/derived/indicators.ts'
import type { Kpi } from '../../market/records/derived/kpi.ts'
import type { PairStats } from '../../market/records/derived/pair-stats.ts'
import { klineCandle } from '../../market/records/feed/exchange-kline.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import { decodeRecord, type Incoming, type Topic } from '../../stream/topic.ts'
import * as topics from '../../topics.ts'
import type { CompositeSeries, Origin, PairSeries, WindowSeries } from '../store/series.ts'
import type { SeriesCache } from '../store/series-cache.ts'
import { alertFields, compositeFields, instrumentUpdate, seriesKey, type Update, windowUpdate } from './channels.ts'
import type { Feeds } from './feed-status-tracker.ts'

type Revised = { readonly revision: number; readonly final: boolean }

/** A higher revision, or what is known of a window that is still open. */
export const supersedes = (current: Revised, next: Revised): boolean =>
  next.revision > current.revision || (next.revision === current.revision && (next.final || !current.final))

/** The same or a higher revision: a composite is final from the first. */
export const isRevision = (current: Composite, next: Composite): boolean => next.revision >= current.revision

/** What the live tail is kept in. */
export type LiveTailParts = {
  readonly candles: SeriesCache<WindowSeries, Candle>
  readonly indicators: SeriesCache<WindowSeries, Indicators>
  readonly pairs: SeriesCache<PairSeries, PairStats>
  readonly composites: SeriesCache<CompositeSeries, Composite>
  readonly feeds: Feeds
  readonly publish: (update: Update) => void
  /** Told of a record that cannot be used. */
  readonly onUnusable?: (record: Incoming, detail: string) => void
}

/** The newest that Kafka has: what the database may not hold yet, and what is never stored. */
export type LiveTail = LiveTailParts & {
  /** Takes in a record of one of `EDGE_TOPICS`. One that cannot be used is left out and told of; the stages that store or judge it make the dead letter. */
  readonly accept: (record: Incoming) => void
  readonly kpis: () => readonly Kpi[]
  /** The newest alerts, each state of each; oldest first. */
  readonly alerts: () => readonly Alert[]
  readonly rules: () => readonly AlertRule[]
  /** Knows at once what this gateway has written itself. */
  readonly setRule: (name: string, rule: AlertRule | null) => void
}

/** Topics to follow, and how far back from their ends a gateway begins when the database has all that is older; those that are wanted first come first. */
export const LIVE_TOPICS: readonly {
  readonly topic: string
  readonly back: number | 'all'
  /** True for what an installation of an earlier version does not have until its topics are applied. */
  readonly mayBeMissing?: true
}[] = [
  { topic: topics.alertRules.name, back: 'all' },
  { topic: topics.gaps.name, back: 'all' },
  { topic: topics.listings.name, back: 'all', mayBeMissing: true },
  { topic: topics.instruments.name, back: 'all', mayBeMissing: true },
  // One record a second an instrument; what it says of ids in doubt is said again every minute.
  { topic: topics.ingestState.name, back: 5_000 },
  ...INTERVALS.map(interval => ({ topic: topics.candles[interval].name, back: 200 })),
  { topic: topics.exchangeKlines.name, back: 200 },
  { topic: topics.indicators.name, back: 200 },
  { topic: topics.pairs.name, back: 500 },
  { topic: topics.composites.name, back: 200, mayBeMissing: true },
  { topic: topics.kpis.name, back: 200 },
  { topic: topics.alerts.name, back: 500 },
  { topic: topics.verifications.name, back: 200 }
]

const MAX_ALERTS = 1_000

const setNewest = <T>(map: Map<string, T>, key: string, value: T, most: number): void => {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > most && oldest !== undefined) map.delete(oldest)
}

const originOf = ({ topic, partition, offset }: Incoming): Origin => ({ topic, partition, offset: BigInt(offset) })

type Handler = (value: Buffer | null, record: Incoming) => void

/** Takes values of a topic; tombstones are none of its business. */
const reading =
  <T>(topic: Topic<T>, accept: (value: T, record: Incoming) => void): Handler =>
  (bytes, record) => {
    if (bytes !== null) accept(decodeRecord(topic, bytes, record.timestamp), record)
  }

/** The same, and what to do with a tombstone. */
const orGone =
  (handler: Handler, drop: (key: string) => void): Handler =>
  (bytes, record) =>
    bytes === null ? drop(record.key?.toString() ?? '') : handler(bytes, record)

const handlersOf = (
  parts: LiveTailParts,
  kpis: Map<string, Kpi>,
  alerts: Map<string, Alert>
): ReadonlyMap<string, Handler> => {
  const { candles, indicators, pairs, composites, feeds, publish } = parts
  const onCandle = (candle: Candle, record: Incoming): void => {
    const isNew = candles.upsert(candle, candle, originOf(record))
    feeds.observeCandle(candle)
    if (isNew) publish(windowUpdate('candles', candle))
  }
  const onIndicators = (figures: Indicators, record: Incoming): void => {
    if (indicators.upsert(figures, figures, originOf(record))) publish(windowUpdate('indicators', figures))
  }
  const onPair = (stats: PairStats, record: Incoming): void => {
    pairs.upsert(stats, stats, originOf(record))
    const { a, b, interval, method } = stats
    const fields = { a, b, interval, method }
    const series = seriesKey('pairs', fields)
    publish({ channel: 'pairs', fields, series, name: `${series} ${stats.openTime}`, value: stats })
  }
  const onComposite = (composite: Composite, record: Incoming): void => {
    if (!composites.upsert(composite, composite, originOf(record))) return
    const fields = compositeFields(composite)
    const series = seriesKey('composites', fields)
    publish({ channel: 'composites', fields, series, name: `${series} ${composite.openTime}`, value: composite })
  }
  const onKpi = (kpi: Kpi): void => {
    if ((kpis.get(instrumentKey(kpi))?.time ?? 0) > kpi.time) return
    kpis.set(instrumentKey(kpi), kpi)
    publish(instrumentUpdate('kpis', kpi))
  }
  const onAlert = (alert: Alert): void => {
    const name = `alerts ${alert.id} ${alert.state}`
    setNewest(alerts, name, alert, MAX_ALERTS)
    publish({ channel: 'alerts', fields: alertFields(alert), series: name, name, value: alert })
  }
  const onGap = (gap: Gap): void => {
    feeds.observeGap(gap)
    publish(instrumentUpdate('gaps', gap, topics.gaps.key(gap)))
  }
  return new Map<string, Handler>([
    ...INTERVALS.map(interval => [topics.candles[interval].name, reading(topics.candles[interval], onCandle)] as const),
    [
      topics.exchangeKlines.name,
      reading(topics.exchangeKlines, (kline, at) => {
        const candle = klineCandle(kline)
        if (candle) onCandle(candle, at)
      })
    ],
    [topics.indicators.name, reading(topics.indicators, onIndicators)],
    [topics.pairs.name, reading(topics.pairs, onPair)],
    [topics.composites.name, reading(topics.composites, onComposite)],
    [topics.kpis.name, reading(topics.kpis, onKpi)],
    [topics.alerts.name, reading(topics.alerts, onAlert)],
    [topics.verifications.name, reading(topics.verifications, verification => feeds.observeVerification(verification))],
    [topics.gaps.name, orGone(reading(topics.gaps, onGap), key => feeds.dropGap(key))],
    [topics.listings.name, reading(topics.listings, listing => feeds.observeListing(listing))],
    [topics.instruments.name, reading(topics.instruments, facts => feeds.observeFacts(facts))],
    [topics.ingestState.name, reading(topics.ingestState, position => feeds.observePosition(position))]
  ])
}

export const createLiveTail = (parts: LiveTailParts): LiveTail => {
  const kpis = new Map<string, Kpi>()
  const alerts = new Map<string, Alert>()
  const rules = new Map<string, AlertRule>()
  const setRule: LiveTail['setRule'] = (name, rule) => {
    if (rule === null) rules.delete(name)
    else rules.set(name, rule)
  }
  const onRule: Handler = (bytes, { key }) => {
    const [name, rule] = [key?.toString() ?? '', bytes && topics.alertRules.codec.decode(bytes)]
    if (name === '' || (rule && rule.name !== name))
      throw new TickstreamError('TS-DATA', `key: ${JSON.stringify(name)} is not the rule's name`)
    setRule(name, rule)
  }
  const handlers = new Map([...handlersOf(parts, kpis, alerts), [topics.alertRules.name, onRule]])
  return {
    ...parts,
    accept: record => {
      try {
        if (record.unreadable !== undefined) throw new TickstreamError('TS-DATA', record.unreadable)
        handlers.get(record.topic)?.(record.value, record)
      } catch (error) {
        parts.onUnusable?.(record, error instanceof Error ? error.message : String(error))
      }
    },
    kpis: () => [...kpis.values()],
    alerts: () => [...alerts.values()],
    rules: () => [...rules.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    setRule
  }
}
