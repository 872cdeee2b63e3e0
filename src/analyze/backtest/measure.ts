import { mean } from '../sliding.ts'
import type { BacktestRules } from './backtest-rules.ts'
import type { Backtest, EquityPoint } from './backtest-steps.ts'

/** What a backtest came to; money in quote currency, after all costs. */
export type Performance = {
  readonly trades: number
  /** Trades that won. */
  readonly wins: number
  readonly stops: number
  readonly profit: number
  readonly profitPct: number
  readonly fees: number
  /**
   * Mean over sample deviation of the profit of a candle, times the root of candles in 365 days: these markets never close.
   * Over all candles that had a score, held or not, with no rate of interest. null where nothing moved.
   */
  readonly sharpe: number | null
  /** The deepest fall of equity at a close from its highest close before. */
  readonly maxDrawdown: number
  readonly maxDrawdownPct: number
  /** What was traded, in times the capital. */
  readonly turnover: number
  /** Share of candles during which something was held. */
  readonly exposurePct: number
}

const YEAR_MS = 365 * 86_400_000

const sharpeOf = (equity: readonly EquityPoint[], { capital, intervalMs }: BacktestRules): number | null => {
  const profits = equity.map((point, n) => point.equity - (equity[n - 1]?.equity ?? capital))
  const middle = mean(profits)
  let squares = 0
  for (const profit of profits) squares += (profit - middle) ** 2
  const deviation = Math.sqrt(squares / (profits.length - 1))
  const sharpe = (middle / deviation) * Math.sqrt(YEAR_MS / intervalMs)
  return Number.isFinite(sharpe) ? sharpe : null
}

/** The deepest fall, in money and in percent of where it began, each on its own. */
const drawdownOf = (equity: readonly EquityPoint[], capital: number) => {
  let [highest, deepest, deepestPct] = [capital, 0, 0]
  for (const point of equity) {
    highest = Math.max(highest, point.equity)
    deepest = Math.max(deepest, highest - point.equity)
    deepestPct = Math.max(deepestPct, (100 * (highest - point.equity)) / highest)
  }
  return { maxDrawdown: deepest, maxDrawdownPct: deepestPct }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The figures that a backtest is judged by. */
export const measure = ({ trades, equity }: Backtest, rules: BacktestRules): Performance => {
  const profit = sum(trades.map(trade => trade.profit))
  const held = equity.filter(({ side }) => side !== null).length
  return {
    trades: trades.length,
    wins: trades.filter(trade => trade.profit > 0).length,
    stops: trades.filter(({ reason }) => reason === 'stop').length,
    profit,
    profitPct: (100 * profit) / rules.capital,
    fees: sum(trades.map(({ fees }) => fees)),
    sharpe: sharpeOf(equity, rules),
    ...drawdownOf(equity, rules.capital),
    turnover: sum(trades.map(({ turnover }) => turnover)) / rules.capital,
    exposurePct: equity.length === 0 ? 0 : (100 * held) / equity.length
  }
}
