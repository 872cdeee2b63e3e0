import type { Exchange } from '../../../exchange/exchange.ts'
import type { Instrument } from '../../../market/instrument.ts'
import type { ExchangeKline } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Clock } from '../../../runtime/clock.ts'
import type { Logger } from '../../../runtime/observe/log.ts'
import type { Outage } from '../../transport/outage.ts'
import type { Output } from '../../transport/output.ts'
import type { KlineHistory } from './kline-history.ts'

/** What a feed of klines works with. */
export type KlineFeedDeps = {
  readonly exchange: Exchange
  readonly output: Output
  readonly history: KlineHistory
  /** What is said while no klines can be read. */
  readonly outage: Outage
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  readonly signal: AbortSignal
}

/** The exchange's own 1m candles of one instrument on their way out, in order. Changed in place by the functions of this folder. */
export type KlineFeed = KlineFeedDeps & {
  readonly instrument: Instrument
  /** Open time of the newest that the broker has, or that the exchange does not have; null when it starts cold. */
  newest: number | null
  /** Open time of the newest that has closed at the exchange; 0 before anything is known. */
  due: number
  /** Closed ones from the stream that have not been published, by open time. */
  readonly closed: Map<number, ExchangeKline>
  /** True while it is brought up to what is due. */
  busy: boolean
}

/** `newest`: open time of the last one that an earlier run has published. */
export const createKlineFeed = (instrument: Instrument, newest: EpochMs | null, deps: KlineFeedDeps): KlineFeed => ({
  ...deps,
  instrument,
  newest,
  due: 0,
  closed: new Map(),
  busy: false
})
