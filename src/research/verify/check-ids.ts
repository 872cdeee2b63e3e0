import { isComplete } from '../../analyze/verification/compare-figures.ts'
import { epochOf } from '../../market/epoch.ts'
import { type ComputedCandle, type Mismatch, mismatch, type Summary } from './summary.ts'

/** Checks what a candle claims of its trade ids: none is missing inside it, nor between it and the one before. */
export const checkIds = (summary: Summary, candle: ComputedCandle): readonly Mismatch[] => {
  if (!summary.hasChain) return []
  const first = numberOf(candle.firstSequence ?? candle.firstTradeId)
  const last = numberOf(candle.lastSequence ?? candle.lastTradeId)
  if (first === null || last === null) return checkNone(summary, candle)
  const found = isComplete(candle)
    ? [...checkInside(summary, candle, first, last), ...checkJoint(summary, candle, first)]
    : []
  // Of a candle with a gap the last trade may be the one that is missing; of the first one of a symbol only what came before it.
  summary.lastId = candle.status === 'gap' ? null : last
  noteIds(summary, candle, first, last)
  return found
}

/** Of a candle in which the ids begin anew the first trade is of the epoch before: only its last one counts. */
const noteIds = (summary: Summary, candle: ComputedCandle, first: number, last: number): void => {
  const epoch = epochOf(candle)
  const from = first > last || (summary.epoch ?? epoch) !== epoch ? last : first
  const range = summary.ids.get(epoch)
  summary.ids.set(epoch, { first: Math.min(range?.first ?? from, from), last: Math.max(range?.last ?? last, last) })
  summary.epoch = epoch
}

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text))

/** Without trades nothing is joined, and the chain goes on behind it; but a count needs ids. */
const checkNone = (summary: Summary, candle: ComputedCandle): readonly Mismatch[] => {
  if (candle.status === 'gap') summary.lastId = null
  if (candle.tradeCount === 0) return []
  return [mismatch(summary, candle, 'tradeIds', 'none', `${candle.tradeCount} ids`)]
}

const checkInside = (summary: Summary, candle: ComputedCandle, first: number, last: number): readonly Mismatch[] => {
  if (last - first + 1 === candle.tradeCount) return []
  const own = `${first}..${last}, ${last - first + 1} ids`
  return [mismatch(summary, candle, 'tradeIds', own, `${candle.tradeCount} ids`)]
}

const checkJoint = (summary: Summary, candle: ComputedCandle, first: number): readonly Mismatch[] => {
  const { lastId } = summary
  const epoch = epochOf(candle)
  if (lastId !== null && summary.epoch !== epoch) return [undeclaredGap(summary, candle, epoch)]
  if (lastId === null || first === lastId + 1) return []
  return [mismatch(summary, candle, 'tradeIds', `begins with ${first}`, `begins with ${lastId + 1}`)]
}

/** What was printed before the ids began anew nobody knows: a window there lacks trades, and has to say so. */
const undeclaredGap = (summary: Summary, candle: ComputedCandle, epoch: number): Mismatch =>
  mismatch(summary, candle, 'tradeIds', `whole, and its ids begin anew (epoch ${epoch})`, 'a gap before it')
