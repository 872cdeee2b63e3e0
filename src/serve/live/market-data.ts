import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Alert } from '../../market/records/alert/alert.ts'
import type { Kpi } from '../../market/records/derived/kpi.ts'
import type { PairStats } from '../../market/records/derived/pair-stats.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import { gaps, kpis } from '../../topics.ts'
import type { AlertFilter, GapFilter, History } from '../store/database-reader.ts'
import { limitTo, type TimeRange } from '../store/series.ts'
import type { Filter } from './channels.ts'
import type { LiveTail } from './live-tail.ts'
import { instrumentsOf, type Serving } from './serving.ts'

/** Joins what is stored with what the live tail has beside it, by name: a record of the live tail replaces a stored one. Oldest first. */
const join = <T>(
  stored: readonly T[],
  liveTail: readonly T[],
  nameOf: (value: T) => string,
  timeOf: (value: T) => number,
  timeRange: TimeRange
): readonly T[] => {
  const { from, to } = timeRange
  const isWithin = (value: T): boolean =>
    (from === null || timeOf(value) >= from) && (to === null || timeOf(value) < to)
  const joined = new Map(stored.map(value => [nameOf(value), value]))
  for (const value of liveTail) if (isWithin(value)) joined.set(nameOf(value), value)
  return limitTo(
    [...joined.values()].sort((a, b) => timeOf(a) - timeOf(b)),
    timeRange
  )
}

/** KPIs of an instrument. */
export const kpisOf = async (
  liveTail: LiveTail,
  history: History | null,
  instrument: Instrument,
  timeRange: TimeRange
): Promise<readonly Kpi[]> =>
  join(
    (await history?.kpis(instrument, timeRange)) ?? [],
    liveTail.kpis().filter(kpi => instrumentKey(kpi) === instrumentKey(instrument)),
    kpi => String(kpi.time),
    kpi => kpi.time,
    timeRange
  )

export const alertsOf = async (
  liveTail: LiveTail,
  history: History | null,
  filter: AlertFilter,
  timeRange: TimeRange
): Promise<readonly Alert[]> => {
  const { rule, subject, state } = filter
  const isWanted = (alert: Alert): boolean =>
    (rule === undefined || alert.rule === rule) &&
    (state === undefined || alert.state === state) &&
    (subject === undefined || ('pair' in alert ? alert.pair : alert.instrument) === subject)
  return join(
    (await history?.alerts(filter, timeRange)) ?? [],
    liveTail.alerts().filter(isWanted),
    alert => `${alert.id} ${alert.state}`,
    alert => alert.time,
    timeRange
  )
}

/** So long at least the ledger of gaps holds what was closed. */
const IN_LEDGER_MS = 86_400_000

/**
 * Before the live tail has read the whole ledger of gaps, what the database has stored is told alone. Afterwards the live tail knows better what it
 * has, and the database what has left the ledger.
 */
export const gapsOf = async (
  { liveTail, history, liveness, clock }: Serving,
  filter: GapFilter,
  timeRange: TimeRange
): Promise<readonly Gap[]> => {
  if (history && !liveness.wasRead(gaps.name)) return history.gaps(filter, timeRange)
  const { exchange, symbol, status } = filter
  const isWanted = (gap: Gap): boolean =>
    (exchange === undefined || gap.exchange === exchange) &&
    (symbol === undefined || gap.symbol === symbol) &&
    (status === undefined || gap.status === status)
  const inLedger = liveTail.feeds.gaps()
  const isInLedger = timeRange.from !== null && timeRange.from >= clock.now() - IN_LEDGER_MS
  const stored = isInLedger ? [] : ((await history?.gaps(filter, timeRange)) ?? [])
  const keys = new Set(inLedger.map(gaps.key))
  const gone = stored.filter(gap => !keys.has(gaps.key(gap)))
  return join(gone, inLedger.filter(isWanted), gaps.key, gap => gap.detectedAt, timeRange)
}

/** The newest of every instrument; of those that the live tail has not met yet, as it was stored last. */
export const newestKpis = async (serving: Serving): Promise<readonly Kpi[]> => {
  const { liveTail, history, liveness } = serving
  const current = liveTail.kpis()
  if (!history || liveness.isRead(kpis.name)) return current
  const known = new Set(current.map(instrumentKey))
  const others = instrumentsOf(serving).filter(instrument => !known.has(instrumentKey(instrument)))
  const stored = await Promise.all(
    others.map(instrument => history.kpis(instrument, { from: null, to: null, limit: 1 }))
  )
  return [...current, ...stored.flat()]
}

/** The newest of every pair, interval and method; pairs that were heard of last come first. */
export const newestPairs = (liveTail: LiveTail, filter: Filter): readonly PairStats[] => {
  const heads = liveTail.pairs
    .heads()
    .filter(stats =>
      (['a', 'b', 'interval', 'method'] as const).every(
        name => filter[name] === undefined || filter[name] === stats[name]
      )
    )
  const newest = new Map<string, number>()
  for (const { a, b, openTime } of heads) newest.set(`${a}~${b}`, Math.max(newest.get(`${a}~${b}`) ?? 0, openTime))
  return heads.toSorted((x, y) => newest.get(`${y.a}~${y.b}`)! - newest.get(`${x.a}~${x.b}`)!)
}
