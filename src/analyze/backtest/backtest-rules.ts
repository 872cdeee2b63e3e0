/** How a score is traded, and what trading costs. */
export type BacktestRules = {
  /** The spread is bought at a score of −entry, sold at entry. */
  readonly entry: number
  /** It is given back once the score has come within this of 0. */
  readonly exit: number
  /** It is given up once the score is this far on the wrong side; the next one waits until it is back within entry. */
  readonly stop: number
  /** Of what is traded, a side; in hundredths of a percent. */
  readonly feeBps: number
  /** How much worse than the price a fill is, in hundredths of a percent. */
  readonly slippageBps: number
  /** What both legs of a trade are worth together at its beginning, in quote currency; never compounded. */
  readonly capital: number
  /** `log`: beta is how many percent `a` moves with one of `b`, so legs are weighed by their worth. */
  readonly prices: 'plain' | 'log'
  /** Length of a candle in milliseconds. */
  readonly intervalMs: number
}

/** Where the spread stands at a close, in its deviations; and how much of `b` hedges one of `a`. */
export type Score = { readonly value: number; readonly beta: number }
