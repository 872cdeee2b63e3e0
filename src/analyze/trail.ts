import type { Indicator } from './indicator/indicator.ts'

/**
 * An indicator over candles that follow each other, the newest of them kept apart, so that a revised one recomputes from there.
 * JSON. Times are open times in epoch milliseconds.
 */
export type Trail<State, Row> = {
  /** All candles before the kept ones, folded; revisions of them come too late. */
  readonly base: Folded<State> | null
  /** The newest candles, ascending. */
  readonly kept: readonly Row[]
}

/** `next`: when the last folded candle closed, and the next one must have opened. */
export type Folded<State> = { readonly state: State; readonly next: number }

/** How the rows of a trail are folded: `lengthMs` of a candle, and how far before the newest one rows are kept. */
export type TrailRules<State, Row, Value> = {
  readonly indicator: Indicator<State, Row, Value>
  readonly openTime: (row: Row) => number
  readonly lengthMs: number
  readonly keptMs: number
}

export const NO_TRAIL = { base: null, kept: [] } as const

/** Adds one candle. After a gap the warm-up begins anew: a mean over candles that do not follow each other is no mean of anything. */
export const foldRow = <State, Row, Value>(
  { indicator, openTime, lengthMs }: TrailRules<State, Row, Value>,
  folded: Folded<State> | null,
  row: Row
): Folded<State> => ({
  state: indicator.add(folded?.next === openTime(row) ? folded.state : indicator.init(), row),
  next: openTime(row) + lengthMs
})

/** The folds after each kept candle, oldest first. */
export const foldsOf = <State, Row, Value>(
  rules: TrailRules<State, Row, Value>,
  { base, kept }: Trail<State, Row>
): readonly Folded<State>[] => {
  let folded = base
  return kept.map(row => {
    folded = foldRow(rules, folded, row)
    return folded
  })
}

/** The trail with a candle more, or with one of its kept candles replaced; the same trail when that one is folded already. */
export const putRow = <State, Row, Value>(
  rules: TrailRules<State, Row, Value>,
  trail: Trail<State, Row>,
  row: Row
): Trail<State, Row> => {
  const { openTime, keptMs } = rules
  const at = openTime(row)
  if (trail.base && at < trail.base.next) return trail
  const before = trail.kept.filter(other => openTime(other) < at)
  const after = trail.kept.filter(other => openTime(other) > at)
  const all = [...before, row, ...after]
  const from = Math.max(...all.map(openTime)) - keptMs
  return {
    base: all
      .filter(other => openTime(other) <= from)
      .reduce<Folded<State> | null>((folded, other) => foldRow(rules, folded, other), trail.base),
    kept: all.filter(other => openTime(other) > from)
  }
}
