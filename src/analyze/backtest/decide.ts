import type { BacktestRules, Score } from './backtest-rules.ts'

/** `long`: `a` is bought and `b` sold. */
export type Side = 'long' | 'short'

/** Why a trade ended: the spread came back, went too far, or the candles ended. */
export type Reason = 'exit' | 'stop' | 'end'

/** What is to be done at the next open. */
export type Order =
  | { readonly kind: 'open'; readonly side: Side; readonly score: Score }
  | { readonly kind: 'close'; readonly reason: Reason; readonly score: Score | null }

/** What is held, and whether a stop was hit after which the score has not been back within entry. */
export type Stance = { readonly side: Side | null; readonly isBarred: boolean }

/** How far the score has gone against whoever holds the side. */
const adverse = (side: Side, { value }: Score): number => (side === 'long' ? -value : value)

const begin = (score: Score, { entry, stop }: BacktestRules): Order | null => {
  const far = Math.abs(score.value)
  if (far < entry || far >= stop) return null
  return { kind: 'open', side: score.value > 0 ? 'short' : 'long', score }
}

const finish = (side: Side, score: Score, { exit, stop }: BacktestRules): Order | null => {
  const against = adverse(side, score)
  if (against >= stop) return { kind: 'close', reason: 'stop', score }
  return against <= exit ? { kind: 'close', reason: 'exit', score } : null
}

/** What a score at a close means for the next open; null when nothing is to be done. */
export const decide = ({ side, isBarred }: Stance, score: Score, rules: BacktestRules): Order | null => {
  if (side !== null) return finish(side, score, rules)
  return isBarred ? null : begin(score, rules)
}
