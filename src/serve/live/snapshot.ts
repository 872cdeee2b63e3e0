import { isInterval } from '../../market/interval.ts'
import type { Alert } from '../../market/records/alert/alert.ts'
import { PAIR_METHODS } from '../../market/records/derived/pair-stats.ts'
import type { Timed, WindowSeries } from '../store/series.ts'
import type { SeriesCache } from '../store/series-cache.ts'
import { alertFields, type Channel, compositeFields, type Filter, isExact, matches } from './channels.ts'
import type { Subscription } from './hub.ts'
import type { LiveTail } from './live-tail.ts'

const MAX_ALERTS = 200
const MAX_GAPS = 200
/** The open candle, and the one before it. */
const WINDOWS = 2

const matching = <T extends object>(channel: Channel, filter: Filter, all: readonly T[]): readonly T[] =>
  all.filter(value => matches(channel, filter, value as Filter))

const windowsOf = <T extends WindowSeries & Timed>(
  cache: SeriesCache<WindowSeries, T>,
  channel: Channel,
  filter: Filter
): readonly T[] => {
  const { exchange = '', symbol = '', interval = '' } = filter
  if (isExact(channel, filter)) return isInterval(interval) ? cache.newest({ exchange, symbol, interval }, WINDOWS) : []
  return matching(channel, filter, cache.heads()).flatMap(head => cache.newest(head, WINDOWS))
}

const pairsOf = (liveTail: LiveTail, filter: Filter): readonly object[] => {
  const { a = '', b = '', interval = '' } = filter
  const method = PAIR_METHODS.find(name => name === filter.method)
  if (!isExact('pairs', filter)) return matching('pairs', filter, liveTail.pairs.heads())
  return isInterval(interval) && method ? liveTail.pairs.newest({ a, b, interval, method }, 1) : []
}

const isOf =
  (filter: Filter) =>
  (alert: Alert): boolean =>
    matches('alerts', filter, alertFields(alert))

/** The newest state of what somebody subscribes to. `status`: that of the gateway. */
export const snapshotOf =
  (liveTail: LiveTail, status: () => object) =>
  ({ channel, filter }: Subscription): readonly object[] => {
    if (channel === 'candles') return windowsOf(liveTail.candles, channel, filter)
    if (channel === 'indicators') return windowsOf(liveTail.indicators, channel, filter)
    if (channel === 'pairs') return pairsOf(liveTail, filter)
    if (channel === 'composites')
      return liveTail.composites.heads().filter(head => matches(channel, filter, compositeFields(head)))
    if (channel === 'kpis') return matching(channel, filter, liveTail.kpis())
    if (channel === 'alerts') return liveTail.alerts().filter(isOf(filter)).slice(-MAX_ALERTS)
    if (channel === 'gaps') return matching(channel, filter, liveTail.feeds.gaps()).slice(0, MAX_GAPS)
    return [status()]
  }
