import type { BacktestRules } from './backtest-rules.ts'
import type { Bar } from './bar.ts'
import type { Order, Reason, Side } from './decide.ts'

/** Both legs as they were filled; quantities in base currency, below 0 where sold. */
export type Position = {
  readonly side: Side
  /** The open time of the candle at whose open it was filled, in epoch milliseconds. */
  readonly openedAt: number
  readonly entryScore: number
  readonly quantityA: number
  readonly quantityB: number
  readonly entryA: number
  readonly entryB: number
  readonly entryFee: number
}

/** A position from its beginning to its end; money in quote currency. */
export type BacktestTrade = Position & {
  readonly closedAt: number
  readonly reason: Reason
  /** null where the close had none. */
  readonly exitScore: number | null
  readonly exitA: number
  readonly exitB: number
  /** Of all four fills. */
  readonly fees: number
  /** What all four fills were worth. */
  readonly turnover: number
  /** After fees and slippage. */
  readonly profit: number
}

/** The two prices at which legs are filled. */
type Prices = { readonly a: number; readonly b: number }

const BPS = 10_000

/** What a price becomes for a buyer, or for a seller of a negative quantity. */
const filled = (price: number, quantity: number, { slippageBps }: BacktestRules): number =>
  price * (1 + (Math.sign(quantity) * slippageBps) / BPS)

/** Quantities of a bought spread whose legs together are worth the capital. */
const quantities = (beta: number, { a, b }: Prices, { capital, prices }: BacktestRules): Prices => {
  if (prices === 'plain') {
    const units = capital / (a + Math.abs(beta) * b)
    return { a: units, b: -beta * units }
  }
  const worth = capital / (1 + Math.abs(beta))
  return { a: worth / a, b: (-beta * worth) / b }
}

const worthOf = (quantityA: number, a: number, quantityB: number, b: number): number =>
  Math.abs(quantityA) * a + Math.abs(quantityB) * b

/** Fills both legs at the open of a candle. */
export const openPosition = (
  { side, score }: Extract<Order, { kind: 'open' }>,
  { openTime, a, b }: Bar,
  rules: BacktestRules
): Position => {
  const sign = side === 'long' ? 1 : -1
  const sizes = quantities(score.beta, { a: a.open, b: b.open }, rules)
  const [quantityA, quantityB] = [sign * sizes.a, sign * sizes.b]
  const [entryA, entryB] = [filled(a.open, quantityA, rules), filled(b.open, quantityB, rules)]
  const entryFee = (worthOf(quantityA, entryA, quantityB, entryB) * rules.feeBps) / BPS
  return { side, openedAt: openTime, entryScore: score.value, quantityA, quantityB, entryA, entryB, entryFee }
}

/** What a position has won at these prices, its own costs paid and those of its end not. */
export const openProfit = ({ quantityA, quantityB, entryA, entryB, entryFee }: Position, { a, b }: Prices): number =>
  quantityA * (a - entryA) + quantityB * (b - entryB) - entryFee

/** Fills both legs back. */
export const closePosition = (
  position: Position,
  { reason, score }: Extract<Order, { kind: 'close' }>,
  at: Prices & { readonly time: number },
  rules: BacktestRules
): BacktestTrade => {
  const { quantityA, quantityB, entryA, entryB, entryFee } = position
  const [exitA, exitB] = [filled(at.a, -quantityA, rules), filled(at.b, -quantityB, rules)]
  const worth = worthOf(quantityA, exitA, quantityB, exitB)
  const exitFee = (worth * rules.feeBps) / BPS
  return {
    ...position,
    closedAt: at.time,
    reason,
    exitScore: score?.value ?? null,
    exitA,
    exitB,
    fees: entryFee + exitFee,
    turnover: worthOf(quantityA, entryA, quantityB, entryB) + worth,
    profit: openProfit(position, { a: exitA, b: exitB }) - exitFee
  }
}
