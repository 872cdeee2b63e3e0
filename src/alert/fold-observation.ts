import { instrumentKey } from '../market/instrument.ts'
import { pairKey } from '../market/pair.ts'
import type { Alert } from '../market/records/alert/alert.ts'
import type { AlertRule } from '../market/records/alert/alert-rule.ts'
import type { Candle } from '../market/records/derived/candle.ts'
import type { Step } from '../stream/processor.ts'
import { type AlertState, activeRules } from './alert-state.ts'
import { putRow } from './candle-rows.ts'
import { endRule, evaluate } from './evaluate.ts'
import type { Context } from './kind/alert-kind.ts'
import { lacksVolume } from './kind/gap.ts'
import { alertKinds } from './kind/registry.ts'
import { type Observation, observedAt } from './observation.ts'
import type { RuleChange } from './rule-change.ts'

const NOTHING: readonly Alert[] = []

/** Folds observations, and the rules themselves, into alerts. `builtIn`: rules that need no record. */
export const foldObservation =
  (builtIn: readonly AlertRule[]) =>
  (state: AlertState, record: Observation | RuleChange): Step<AlertState, Alert> => {
    if (record.kind === 'rule') return { state, emit: changeRule(state, record, builtIn) }
    const rules = [...(observe(state, record) ? rulesOn(state, record.kind) : []), ...rulesOnShort(state, record)]
    if (rules.length === 0) return { state, emit: NOTHING }
    const context: Context = {
      candles: instrument => state.candles.get(instrument) ?? [],
      lastObserved: state.lastObserved
    }
    const emit = rules.flatMap(rule =>
      alertKinds[rule.kind].signals(rule, record, context).flatMap(signal => evaluate(state, rule, signal))
    )
    return { state, emit }
  }

const rulesOn = (state: AlertState, kind: Observation['kind']): readonly AlertRule[] => state.active.get(kind) ?? []

/** A candle that lacks volume is a gap as well, whether it is news for the other rules or not. */
const rulesOnShort = (state: AlertState, observation: Observation): readonly AlertRule[] =>
  lacksVolume(observation) ? rulesOn(state, 'gap') : []

const isSame = (a: AlertRule | null | undefined, b: AlertRule | null): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b)

/** A rule that says what it said goes on; any other begins anew, and what it had left firing is over. */
const changeRule = (state: AlertState, change: RuleChange, builtIn: readonly AlertRule[]): readonly Alert[] => {
  const { name, rule, time } = change
  if (isSame(state.rules.get(name), rule)) return NOTHING
  if (rule) state.rules.set(name, rule)
  else state.rules.delete(name)
  state.changed.add(`rule/${name}`)
  state.active = activeRules(state.rules, builtIn)
  return endRule(state, name, time)
}

/**
 * Remembers what later facts are judged with; false for what is not to be judged: what was known before, what is still open, and
 * what was over before we watched.
 */
const observe = (state: AlertState, observation: Observation): boolean => {
  if (observation.kind === 'candle') return observeCandle(state, observation.record)
  if (observation.kind === 'clock') return advanceClock(state, observation.time)
  if (observation.kind === 'gap') return true
  const { record } = observation
  if (record.standIn) return false
  if (observation.kind === 'indicators')
    return (
      observation.record.final &&
      isNewest(state, `${instrumentKey(observation.record)}/${record.interval}`, record.openTime)
    )
  return isNewest(
    state,
    `${pairKey(observation.record)}/${record.interval}/${observation.record.method}`,
    record.openTime
  )
}

/** A corrected figure raises nothing: the candle that it belongs to has had its time. */
const isNewest = (state: AlertState, series: string, openTime: number): boolean => {
  if (openTime <= (state.newest.get(series) ?? 0)) return false
  state.newest.set(series, openTime)
  state.changed.add(`newest/${series}`)
  return true
}

const advanceClock = (state: AlertState, time: number): boolean => {
  if (time <= state.clock) return false
  state.clock = time
  state.changed.add('head')
  return true
}

const observeCandle = (state: AlertState, candle: Candle): boolean => {
  const instrument = instrumentKey(candle)
  const lastObservedAt = Math.max(
    state.lastObserved.get(instrument) ?? 0,
    state.clock,
    observedAt({ kind: 'candle', record: candle })
  )
  if (lastObservedAt !== state.lastObserved.get(instrument)) {
    state.lastObserved.set(instrument, lastObservedAt)
    state.changed.add(`seen/${instrument}`)
  }
  if (!candle.final) return false
  const rows = state.candles.get(instrument) ?? []
  state.candles.set(instrument, rows)
  const newest = rows.at(-1)?.openTime ?? 0
  for (const chunk of putRow(rows, candle)) state.changed.add(`candles/${instrument}/${chunk}`)
  return candle.openTime > newest
}
