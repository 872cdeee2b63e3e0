import type { AlertRule } from '../market/alert-rule.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Interval } from '../market/interval.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Health } from '../runtime/health.ts'
import type { Edge } from './edge.ts'
import type { History } from './history.ts'
import type { Hub } from './hub.ts'

/** How far a consumer group is behind on one partition. */
export type Lag = { readonly group: string; readonly topic: string; readonly partition: number; readonly lag: number }

/** A backtest as it is asked for: the options of the command `backtest`, by name. */
export type BacktestAsked = Readonly<Record<string, string | boolean>>

/** What the routes work with. */
export type Serving = {
  readonly edge: Edge
  readonly hub: Hub
  /** null: no database is configured; only what the edge holds can be told. */
  readonly history: History | null
  readonly intervals: readonly Interval[]
  /** False while the live edge has not been read to where it ended at the start: an answer could lack something. */
  readonly isReady: () => boolean
  readonly lags: () => readonly Lag[]
  /** Writes a rule, or takes it away (null); resolves when the broker has it. */
  readonly writeRule: (name: string, rule: AlertRule | null) => Promise<void>
  /** Runs a backtest over stored candles. Rejects with a TickstreamError that says what is wrong. */
  readonly runBacktest: (asked: BacktestAsked, signal: AbortSignal) => Promise<object>
  readonly clock: Clock
  readonly health: Health
}

/** A market that is made up here. */
export const SIMULATED = 'sim'

/** Instruments that are expected, or were heard of a while ago at most. */
export const instrumentsOf = ({ edge, clock }: Serving): readonly Instrument[] => edge.feeds.instruments(clock.now())

export const statusOf = ({ edge, clock, lags }: Pick<Serving, 'edge' | 'clock' | 'lags'>): object => {
  const symbols = edge.feeds.status(clock.now())
  return {
    now: clock.now(),
    simulated: symbols.some(({ exchange }) => exchange === SIMULATED),
    symbols,
    lag: lags()
  }
}
