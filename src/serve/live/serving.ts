import { type Instrument, isSimulated } from '../../market/instrument.ts'
import type { Interval } from '../../market/interval.ts'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import { gaps } from '../../topics.ts'
import type { History } from '../store/database-reader.ts'
import type { Hub } from './hub.ts'
import type { LiveTail } from './live-tail.ts'
import type { Freshness, Liveness } from './liveness.ts'

/** How far a consumer group is behind on one partition. */
export type Lag = { readonly group: string; readonly topic: string; readonly partition: number; readonly lag: number }

/** A backtest as it is asked for: the options of the command `backtest`, by name. */
export type BacktestAsked = Readonly<Record<string, string | boolean>>

/** What the routes work with. */
export type Serving = {
  readonly liveTail: LiveTail
  readonly hub: Hub
  /** null: no database is configured; only what the live tail holds can be told. */
  readonly history: History | null
  readonly intervals: readonly Interval[]
  /** Whether the live tail is up to date. Every answer says so; one that has no field for it is refused. */
  readonly liveness: Liveness
  readonly lags: () => readonly Lag[]
  /** Writes a rule, or takes it away (null); resolves when the broker has it. */
  readonly writeRule: (name: string, rule: AlertRule | null) => Promise<void>
  /** Runs a backtest over stored candles, elsewhere than on this thread; resolves to JSON. Rejects with a TickstreamError that says what is wrong. */
  readonly runBacktest: (asked: BacktestAsked, signal: AbortSignal) => Promise<Uint8Array>
  readonly clock: Clock
  readonly health: Health
}

/** Instruments that are expected, or were heard of a while ago at most. */
export const instrumentsOf = ({ liveTail, clock }: Serving): readonly Instrument[] =>
  liveTail.feeds.instruments(clock.now())

/** The same, and those that ingest looks for in the exchange's list. */
export const followedOf = ({ liveTail, clock }: Serving): readonly Instrument[] => liveTail.feeds.followed(clock.now())

/** What an answer says of itself: its state, its age, and how old the newest data of the instrument is that it is about. */
export const ageOf = (
  { liveTail, clock, liveness }: Pick<Serving, 'liveTail' | 'clock' | 'liveness'>,
  instrument?: Instrument
): Freshness & { readonly dataAgeMs?: number | null } => ({
  ...liveness.freshness(),
  ...(instrument ? { dataAgeMs: liveTail.feeds.dataAgeMs(instrument, clock.now()) } : {})
})

/** Feeds are told of from when on their gaps are known: before, none would be a claim that there are none. */
export const statusOf = (serving: Pick<Serving, 'liveTail' | 'clock' | 'lags' | 'liveness'>): object => {
  const { liveTail, clock, lags, liveness } = serving
  const symbols = liveness.wasRead(gaps.name) ? liveTail.feeds.status(clock.now()) : []
  return {
    now: clock.now(),
    ...ageOf(serving),
    simulated: symbols.some(({ exchange }) => isSimulated(exchange)),
    symbols,
    lag: lags()
  }
}
