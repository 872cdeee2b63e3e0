import { isComplete } from '../../analyze/verification/compare-figures.ts'
import { epochOf } from '../../market/epoch.ts'
import { type Finding, finding, type OurCandle, type Tally } from './summary.ts'

/** Checks what a candle claims of its trade ids: none is missing inside it, nor between it and the one before. */
export const checkIds = (tally: Tally, ours: OurCandle): readonly Finding[] => {
  if (!tally.hasChain) return []
  const first = numberOf(ours.firstSequence ?? ours.firstTradeId)
  const last = numberOf(ours.lastSequence ?? ours.lastTradeId)
  if (first === null || last === null) return checkNone(tally, ours)
  const found = isComplete(ours) ? [...checkInside(tally, ours, first, last), ...checkJoint(tally, ours, first)] : []
  // Of a candle with a gap the last trade may be the one that is missing; of the first one of a symbol only what came before it.
  tally.lastId = ours.status === 'gap' ? null : last
  noteIds(tally, ours, first, last)
  return found
}

/** Of a candle in which the ids begin anew the first trade is of the epoch before: only its last one counts. */
const noteIds = (tally: Tally, ours: OurCandle, first: number, last: number): void => {
  const epoch = epochOf(ours)
  const from = first > last || (tally.epoch ?? epoch) !== epoch ? last : first
  const known = tally.ids.get(epoch)
  tally.ids.set(epoch, { first: Math.min(known?.first ?? from, from), last: Math.max(known?.last ?? last, last) })
  tally.epoch = epoch
}

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text))

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
  const epoch = epochOf(ours)
  if (lastId !== null && tally.epoch !== epoch) return [unsaid(tally, ours, epoch)]
  if (lastId === null || first === lastId + 1) return []
  return [finding(tally, ours, 'tradeIds', `begins with ${first}`, `begins with ${lastId + 1}`)]
}

/** What was printed before the ids began anew nobody knows: a window there lacks trades, and has to say so. */
const unsaid = (tally: Tally, ours: OurCandle, epoch: number): Finding =>
  finding(tally, ours, 'tradeIds', `whole, and its ids begin anew (epoch ${epoch})`, 'a gap before it')
