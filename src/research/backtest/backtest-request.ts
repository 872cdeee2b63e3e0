import type { BacktestRules } from '../../analyze/backtest/backtest-rules.ts'
import type { ScoreOptions } from '../../analyze/backtest/score-bars.ts'
import { INTERVALS, type Interval, isInterval } from '../../market/interval.ts'
import { type Pair, parsePair } from '../../market/pair.ts'
import { PAIR_METHODS } from '../../market/records/derived/pair-stats.ts'
import type { EpochMs } from '../../market/time.ts'
import {
  choiceFlag,
  type Flags,
  isOn,
  neededFlag,
  numberFlag,
  parsedFlag,
  refuseProblems,
  textFlag,
  timeFlag
} from '../../runtime/flags.ts'
import type { BarSource } from '../bars/bars.ts'

/** What `backtest` was asked to do. `from` inclusive, `to` exclusive; null where left open. */
export type BacktestRequest = {
  readonly source: BarSource
  readonly pair: Pair | null
  readonly interval: Interval | null
  readonly from: EpochMs | null
  readonly to: EpochMs | null
  readonly scores: ScoreOptions
  readonly rules: Omit<BacktestRules, 'intervalMs'>
  readonly seed: number
  /** Of files: go on where candles are missing. */
  readonly allowGaps: boolean
}

/** What is taken where nothing is said. */
export const DEFAULTS = {
  window: 500,
  entry: 2,
  exit: 0.5,
  stop: 4,
  feeBps: 10,
  slippageBps: 2,
  capital: 10_000,
  seed: 1
} as const

const intervalOf = (flags: Flags): Interval | null => {
  const text = textFlag(flags, 'interval')
  if (text === null || isInterval(text)) return text
  flags.problems.push(`--interval ${text}: give one of ${INTERVALS.join(', ')}`)
  return null
}

const sourceOf = (flags: Flags, pair: Pair | null, interval: Interval | null): BarSource | null => {
  const isTopic = isOn(flags, 'from-topic')
  if (textFlag(flags, 'a-csv') !== null || textFlag(flags, 'b-csv') !== null) {
    if (isTopic) flags.problems.push('give --from-topic or two files, not both')
    const a = neededFlag(flags, 'a-csv', 'name the file of the first instrument')
    const b = neededFlag(flags, 'b-csv', 'name the file of the second instrument')
    if (a === '-' && b === '-') flags.problems.push('--a-csv - and --b-csv -: one of them can be stdin, not both')
    return { kind: 'files', a, b }
  }
  neededFlag(flags, 'pair', 'name the pair as A~B, or give --a-csv and --b-csv')
  neededFlag(flags, 'interval', `give one of ${INTERVALS.join(', ')}`)
  return pair && interval && { kind: isTopic ? 'topic' : 'postgres', pair, interval }
}

const rulesOf = (flags: Flags): BacktestRequest['rules'] => {
  const positive = { least: 0, above: true }
  const rules = {
    entry: numberFlag(flags, 'entry', DEFAULTS.entry, positive),
    exit: numberFlag(flags, 'exit', DEFAULTS.exit, { least: 0 }),
    stop: numberFlag(flags, 'stop', DEFAULTS.stop, positive),
    feeBps: numberFlag(flags, 'fee-bps', DEFAULTS.feeBps, { least: 0 }),
    slippageBps: numberFlag(flags, 'slippage-bps', DEFAULTS.slippageBps, { least: 0 }),
    capital: numberFlag(flags, 'capital', DEFAULTS.capital, positive),
    prices: isOn(flags, 'log') ? ('log' as const) : ('plain' as const)
  }
  const { exit, entry, stop, feeBps, slippageBps } = rules
  if (!(exit < entry && entry < stop))
    flags.problems.push(`--exit ${exit}, --entry ${entry} and --stop ${stop}: each must be above the one before`)
  for (const [name, bps] of [['fee', feeBps] as const, ['slippage', slippageBps] as const])
    if (bps >= 10_000) flags.problems.push(`--${name}-bps ${bps}: that is all of the price; 10 is a tenth of a percent`)
  return rules
}

const scoresOf = (flags: Flags, prices: ScoreOptions['prices']): ScoreOptions => {
  const window = numberFlag(flags, 'window', DEFAULTS.window, { least: 3, whole: true })
  const isForward = isOn(flags, 'walk-forward')
  const refitEvery = numberFlag(flags, 'refit-every', window, { least: 1, whole: true })
  if (!isForward && textFlag(flags, 'refit-every') !== null)
    flags.problems.push('--refit-every belongs to --walk-forward; otherwise every candle has a window of its own')
  return {
    prices,
    window,
    method: choiceFlag(flags, 'method', PAIR_METHODS, 'ols'),
    refitEvery: isForward ? refitEvery : null
  }
}

/** Reads the options of `backtest`. Throws one `TS-CONFIG` that lists everything wrong with them. */
export const parseBacktest = (values: Flags['values']): BacktestRequest => {
  const flags: Flags = { values, problems: [] }
  const pair = parsedFlag(flags, 'pair', parsePair)
  const interval = intervalOf(flags)
  const source = sourceOf(flags, pair, interval)
  const [from, to] = [timeFlag(flags, 'from'), timeFlag(flags, 'to')]
  if (from !== null && to !== null && to <= from) flags.problems.push('--to must be after --from')
  const rules = rulesOf(flags)
  const scores = scoresOf(flags, rules.prices)
  const seed = numberFlag(flags, 'seed', DEFAULTS.seed, { least: 0, whole: true })
  const allowGaps = isOn(flags, 'allow-gaps')
  if (allowGaps && source !== null && source.kind !== 'files')
    flags.problems.push('--allow-gaps belongs to --a-csv and --b-csv')
  refuseProblems(flags, 'backtest')
  return { allowGaps, source: source!, pair, interval, from, to, scores, rules, seed }
}
