import { isComplete } from '../../analyze/verification/compare-figures.ts'
import { type Finding, finding, type OurCandle, type Tally } from './tally.ts'

/** Checks what a candle claims of its trade ids: none is missing inside it, nor between it and the one before. */
export const checkIds = (tally: Tally, ours: OurCandle): readonly Finding[] => {
  if (ours.status === 'unproven') return []
  const [first, last] = [idOf(ours.firstTradeId), idOf(ours.lastTradeId)]
  if (first === null || last === null) return checkNone(tally, ours)
  const found = isComplete(ours) ? [...checkInside(tally, ours, first, last), ...checkJoint(tally, ours, first)] : []
  // Of a candle with a hole the last trade may be the one that is missing; of the first one of a symbol only what came before it.
  tally.lastId = ours.status === 'gap' ? null : last
  tally.ids = { first: Math.min(tally.ids?.first ?? first, first), last: Math.max(tally.ids?.last ?? last, last) }
  return found
}

const idOf = (text: string | null): number | null => (text === null ? null : Number(text))

/** Without trades nothing is joined, and the chain goes on behind it; but a count needs ids. */
const checkNone = (tally: Tally, ours: OurCandle): readonly Finding[] => {
  if (ours.status === 'gap') tally.lastId = null
  if (ours.tradeCount === 0) return []
  return [finding(tally, ours, 'tradeIds', 'none', `${ours.tradeCount} ids`)]
}

const checkInside = (tally: Tally, ours: OurCandle, first: number, last: number): readonly Finding[] => {
  if (last - first + 1 === ours.tradeCount) return []
  const own = `${first}..${last}, ${last - first + 1} ids`
  return [finding(tally, ours, 'tradeIds', own, `${ours.tradeCount} ids`)]
}

const checkJoint = (tally: Tally, ours: OurCandle, first: number): readonly Finding[] => {
  const { lastId } = tally
  if (lastId === null || first === lastId + 1) return []
  return [finding(tally, ours, 'tradeIds', `begins with ${first}`, `begins with ${lastId + 1}`)]
}
