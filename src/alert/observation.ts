import { instrumentKey } from '../market/instrument.ts'
import { INTERVAL_MS } from '../market/interval.ts'
import type { Candle } from '../market/records/derived/candle.ts'
import type { Indicators } from '../market/records/derived/indicators.ts'
import type { PairStats } from '../market/records/derived/pair-stats.ts'
import type { Gap } from '../market/records/feed/gap.ts'
import { type EpochMs, epochMs } from '../market/time.ts'
import { decodeRecord, type Topic } from '../stream/topic.ts'
import type { Source } from '../stream/topology.ts'
import { alertClock, alertSpread, candles, gaps, indicators, pairs } from '../topics.ts'
import { type RuleChange, ruleSource } from './rule-change.ts'

/** What rules judge. */
export type Observation =
  | { readonly kind: 'clock'; readonly time: EpochMs }
  | { readonly kind: 'candle'; readonly record: Candle }
  | { readonly kind: 'pair'; readonly record: PairStats }
  | { readonly kind: 'indicators'; readonly record: Indicators }
  | { readonly kind: 'gap'; readonly record: Gap }

const source = <T>(topic: Topic<T>, observation: (record: T) => Observation): Source<Observation> => ({
  name: topic.name,
  decode: (bytes, { timestamp }) => observation(decodeRecord(topic, bytes, Number(timestamp)))
})

const observationKey = (observation: Observation): string => {
  if (observation.kind === 'clock') return alertClock.key(observation)
  if (observation.kind === 'pair') return pairs.key(observation.record)
  return observation.kind === 'gap' ? gaps.key(observation.record) : instrumentKey(observation.record)
}

const withKey = (source: Source<Observation>): Source<Observation> => ({ ...source, partitionedBy: observationKey })

/** A tombstone takes a record away that was evaluated long ago. */
const unlessGone = (from: Source<Observation>): Source<Observation> => ({
  ...from,
  decode: (bytes, label) => (bytes.length === 0 ? null : from.decode(bytes, label))
})

/** Where each kind of fact comes from. */
export const OBSERVATION_SOURCES: Readonly<Record<Observation['kind'], Source<Observation>>> = {
  clock: source(alertClock, ({ time }) => ({ kind: 'clock', time })),
  candle: withKey(source(candles['1m'], candle => ({ kind: 'candle', record: candle }))),
  pair: withKey(source(pairs, stats => ({ kind: 'pair', record: stats }))),
  indicators: withKey(source(indicators, indicators => ({ kind: 'indicators', record: indicators }))),
  gap: withKey(unlessGone(source(gaps, gap => ({ kind: 'gap', record: gap }))))
}

/** Rules first: what is written at the same time is judged by them. */
export const ALERT_SOURCES: readonly Source<Observation | RuleChange>[] = [
  ruleSource(alertSpread),
  ...Object.values(OBSERVATION_SOURCES)
]

const closeTime = ({ openTime, interval }: Pick<PairStats, 'openTime' | 'interval'>): EpochMs =>
  epochMs(openTime + INTERVAL_MS[interval])

/** When it was known, in event time; what an open candle says may come at any time from its beginning on. */
export const observedAt = (observation: Observation | RuleChange): EpochMs => {
  if (observation.kind === 'rule' || observation.kind === 'clock') return observation.time
  if (observation.kind === 'gap') return gaps.time(observation.record)
  if (observation.kind === 'pair') return closeTime(observation.record)
  return observation.record.final ? closeTime(observation.record) : observation.record.openTime
}
