import type { Indicator } from './indicator/indicator.ts'

/**
 * An indicator over candles that follow each other, the newest of them held apart, so that a revised one recomputes from there.
 * JSON. Times are open times in epoch milliseconds.
 */
export type RevisableWindow<State, Row> = {
  /** All candles before the retained ones, folded; revisions of them come too late. */
  readonly base: Folded<State> | null
  /** The newest candles, ascending. */
  readonly retained: readonly Row[]
}

/** `next`: when the last folded candle closed, and the next one must have opened. */
export type Folded<State> = { readonly state: State; readonly next: number }

/** How the rows of a window are folded: `lengthMs` of a candle, and how far before the newest one rows are retained. */
export type WindowRules<State, Row, Value> = {
  readonly indicator: Indicator<State, Row, Value>
  readonly openTime: (row: Row) => number
  readonly lengthMs: number
  readonly retainedMs: number
}

export const NO_WINDOW = { base: null, retained: [] } as const

/** Adds one candle. After a gap the warm-up begins anew: a mean over candles that do not follow each other is no mean of anything. */
export const foldRow = <State, Row, Value>(
  { indicator, openTime, lengthMs }: WindowRules<State, Row, Value>,
  folded: Folded<State> | null,
  row: Row
): Folded<State> => ({
  state: indicator.add(folded?.next === openTime(row) ? folded.state : indicator.init(), row),
  next: openTime(row) + lengthMs
})

/** The folds after each retained candle, oldest first. */
export const foldsOf = <State, Row, Value>(
  rules: WindowRules<State, Row, Value>,
  { base, retained }: RevisableWindow<State, Row>
): readonly Folded<State>[] => {
  let folded = base
  return retained.map(row => {
    folded = foldRow(rules, folded, row)
    return folded
  })
}

/** The window with a candle more, or with one of its retained candles replaced; the same window when that one is folded already. */
export const upsertRow = <State, Row, Value>(
  rules: WindowRules<State, Row, Value>,
  window: RevisableWindow<State, Row>,
  row: Row
): RevisableWindow<State, Row> => {
  const { openTime, retainedMs } = rules
  const at = openTime(row)
  if (window.base && at < window.base.next) return window
  const before = window.retained.filter(other => openTime(other) < at)
  const after = window.retained.filter(other => openTime(other) > at)
  const all = [...before, row, ...after]
  const from = Math.max(...all.map(openTime)) - retainedMs
  return {
    base: all
      .filter(other => openTime(other) <= from)
      .reduce<Folded<State> | null>((folded, other) => foldRow(rules, folded, other), window.base),
    retained: all.filter(other => openTime(other) > from)
  }
}
