import type { BacktestRules, Score } from './backtest-rules.ts'
import type { Bar } from './bar.ts'
import { decide, type Order, type Side } from './decide.ts'
import { type BacktestTrade, closePosition, openPosition, openProfit, type Position } from './position.ts'
import type { ScoreBar } from './score-bars.ts'

/** What the account was worth at a close, in quote currency, with what stood open marked at that close. */
export type EquityPoint = {
  readonly openTime: number
  readonly equity: number
  readonly side: Side | null
  readonly score: number | null
}

/** `equity` begins with the first close that had a score. */
export type Backtest = { readonly trades: readonly BacktestTrade[]; readonly equity: readonly EquityPoint[] }

/** An account on its way through the candles. */
type Account = {
  readonly rules: BacktestRules
  readonly trades: BacktestTrade[]
  readonly equity: EquityPoint[]
  /** The capital and what finished trades won. */
  settled: number
  position: Position | null
  isBarred: boolean
  order: Order | null
}

const settle = (account: Account, trade: BacktestTrade): void => {
  account.trades.push(trade)
  account.settled += trade.profit
  account.position = null
}

/** Fills at the open what the close before has ordered. */
const fill = (account: Account, bar: Bar): void => {
  const { order, position, rules } = account
  account.order = null
  if (order?.kind === 'open') account.position = openPosition(order, bar, rules)
  if (order?.kind === 'close' && position)
    settle(account, closePosition(position, order, { time: bar.openTime, a: bar.a.open, b: bar.b.open }, rules))
}

const mark = (account: Account, { openTime, a, b }: Bar, score: Score | null): void => {
  if (score === null && account.equity.length === 0) return
  const open = account.position ? openProfit(account.position, { a: a.close, b: b.close }) : 0
  const side = account.position?.side ?? null
  account.equity.push({ openTime, equity: account.settled + open, side, score: score?.value ?? null })
}

/** Orders for the next open what the score at this close asks for. */
const order = (account: Account, score: Score, { entry }: BacktestRules): void => {
  if (Math.abs(score.value) < entry) account.isBarred = false
  account.order = decide({ side: account.position?.side ?? null, isBarred: account.isBarred }, score, account.rules)
  if (account.order?.kind === 'close' && account.order.reason === 'stop') account.isBarred = true
}

/** What still stands open is closed at the last close, so that all that was won has been paid for. */
const finish = (account: Account, last: Bar | undefined): void => {
  const { position, rules, equity } = account
  if (!position || !last) return
  const at = { time: last.openTime + rules.intervalMs, a: last.a.close, b: last.b.close }
  settle(account, closePosition(position, { kind: 'close', reason: 'end', score: null }, at, rules))
  const point = equity.pop()
  if (point) equity.push({ ...point, equity: account.settled })
}

/**
 * Trades the spread of a pair over its candles, oldest first, a candle a step: a score at a close is traded at the next open.
 * Nothing that comes later has a part in it, but for the end, at which what stands open is closed.
 */
export function* backtestSteps(
  bars: readonly Bar[],
  score: ScoreBar,
  rules: BacktestRules
): Generator<undefined, Backtest> {
  const account: Account = {
    rules,
    trades: [],
    equity: [],
    settled: rules.capital,
    position: null,
    isBarred: false,
    order: null
  }
  for (const bar of bars) {
    fill(account, bar)
    const scored = score(bar)
    mark(account, bar, scored)
    if (scored !== null) order(account, scored, rules)
    yield
  }
  finish(account, bars.at(-1))
  return { trades: account.trades, equity: account.equity }
}
