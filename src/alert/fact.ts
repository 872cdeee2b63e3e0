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
export type Fact =
  | { readonly kind: 'clock'; readonly time: EpochMs }
  | { readonly kind: 'candle'; readonly record: Candle }
  | { readonly kind: 'pair'; readonly record: PairStats }
  | { readonly kind: 'indicators'; readonly record: Indicators }
  | { readonly kind: 'gap'; readonly record: Gap }

const source = <T>(topic: Topic<T>, fact: (record: T) => Fact): Source<Fact> => ({
  name: topic.name,
  decode: (bytes, { timestamp }) => fact(decodeRecord(topic, bytes, Number(timestamp)))
})

const factKey = (fact: Fact): string => {
  if (fact.kind === 'clock') return alertClock.key(fact)
  if (fact.kind === 'pair') return pairs.key(fact.record)
  return fact.kind === 'gap' ? gaps.key(fact.record) : instrumentKey(fact.record)
}

const placed = (source: Source<Fact>): Source<Fact> => ({ ...source, placedBy: factKey })

/** A tombstone takes a record away that was judged long ago. */
const unlessGone = (from: Source<Fact>): Source<Fact> => ({
  ...from,
  decode: (bytes, label) => (bytes.length === 0 ? null : from.decode(bytes, label))
})

/** Where each kind of fact comes from. */
export const FACT_SOURCES: Readonly<Record<Fact['kind'], Source<Fact>>> = {
  clock: source(alertClock, ({ time }) => ({ kind: 'clock', time })),
  candle: placed(source(candles['1m'], candle => ({ kind: 'candle', record: candle }))),
  pair: placed(source(pairs, stats => ({ kind: 'pair', record: stats }))),
  indicators: placed(source(indicators, indicators => ({ kind: 'indicators', record: indicators }))),
  gap: placed(unlessGone(source(gaps, gap => ({ kind: 'gap', record: gap }))))
}

/** Rules first: what is written at the same time is judged by them. */
export const ALERT_SOURCES: readonly Source<Fact | RuleChange>[] = [
  ruleSource(alertSpread),
  ...Object.values(FACT_SOURCES)
]

const closeTime = ({ openTime, interval }: Pick<PairStats, 'openTime' | 'interval'>): EpochMs =>
  epochMs(openTime + INTERVAL_MS[interval])

/** When it was known, in event time; what an open candle says may come at any time from its beginning on. */
export const knownAt = (fact: Fact | RuleChange): EpochMs => {
  if (fact.kind === 'rule' || fact.kind === 'clock') return fact.time
  if (fact.kind === 'gap') return gaps.time(fact.record)
  if (fact.kind === 'pair') return closeTime(fact.record)
  return fact.record.final ? closeTime(fact.record) : fact.record.openTime
}
