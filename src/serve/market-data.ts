import type { Alert } from '../market/alert.ts'
import type { Gap } from '../market/gap.ts'
import { type Instrument, instrumentKey } from '../market/instrument.ts'
import type { Kpi } from '../market/kpi.ts'
import type { PairStats } from '../market/pair-stats.ts'
import type { Filter } from './channels.ts'
import type { Edge } from './edge.ts'
import type { AlertFilter, History } from './history.ts'
import { cut, type Stretch } from './series.ts'

/** Joins what is stored with what the edge has beside it, by name: the edge knows better. Oldest first. */
const join = <T>(
  stored: readonly T[],
  edge: readonly T[],
  nameOf: (value: T) => string,
  timeOf: (value: T) => number,
  stretch: Stretch
): readonly T[] => {
  const { from, to } = stretch
  const isWithin = (value: T): boolean =>
    (from === null || timeOf(value) >= from) && (to === null || timeOf(value) < to)
  const joined = new Map(stored.map(value => [nameOf(value), value]))
  for (const value of edge) if (isWithin(value)) joined.set(nameOf(value), value)
  return cut(
    [...joined.values()].sort((a, b) => timeOf(a) - timeOf(b)),
    stretch
  )
}

/** KPIs of an instrument. */
export const kpisOf = async (
  edge: Edge,
  history: History | null,
  of: Instrument,
  stretch: Stretch
): Promise<readonly Kpi[]> =>
  join(
    (await history?.kpis(of, stretch)) ?? [],
    edge.kpis().filter(kpi => instrumentKey(kpi) === instrumentKey(of)),
    kpi => String(kpi.time),
    kpi => kpi.time,
    stretch
  )

export const alertsOf = async (
  edge: Edge,
  history: History | null,
  filter: AlertFilter,
  stretch: Stretch
): Promise<readonly Alert[]> => {
  const { rule, subject, state } = filter
  const isWanted = (alert: Alert): boolean =>
    (rule === undefined || alert.rule === rule) &&
    (state === undefined || alert.state === state) &&
    (subject === undefined || ('pair' in alert ? alert.pair : alert.instrument) === subject)
  return join(
    (await history?.alerts(filter, stretch)) ?? [],
    edge.alerts().filter(isWanted),
    alert => `${alert.id} ${alert.state}`,
    alert => alert.time,
    stretch
  )
}

type GapFilter = {
  readonly exchange?: string | undefined
  readonly symbol?: string | undefined
  readonly status?: string | undefined
}

/** The edge has read the whole ledger of holes; the database is not needed. */
export const gapsOf = (edge: Edge, { exchange, symbol, status }: GapFilter, stretch: Stretch): readonly Gap[] => {
  const isWanted = (gap: Gap): boolean =>
    (exchange === undefined || gap.exchange === exchange) &&
    (symbol === undefined || gap.symbol === symbol) &&
    (status === undefined || gap.status === status)
  return join(
    [],
    edge.feeds.gaps().filter(isWanted),
    gap => `${instrumentKey(gap)}#${gap.fromId}`,
    gap => gap.detectedAt,
    stretch
  )
}

/** The newest of every pair, interval and method; pairs that were heard of last come first. */
export const newestPairs = (edge: Edge, filter: Filter): readonly PairStats[] => {
  const heads = edge.pairs
    .heads()
    .filter(of =>
      (['a', 'b', 'interval', 'method'] as const).every(name => filter[name] === undefined || filter[name] === of[name])
    )
  const newest = new Map<string, number>()
  for (const { a, b, openTime } of heads) newest.set(`${a}~${b}`, Math.max(newest.get(`${a}~${b}`) ?? 0, openTime))
  return heads.toSorted((x, y) => newest.get(`${y.a}~${y.b}`)! - newest.get(`${x.a}~${x.b}`)!)
}
