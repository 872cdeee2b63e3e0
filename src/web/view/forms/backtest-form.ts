import type { PairView } from '../pair-view.ts'

/** What a backtest came to, as far as the page shows it. */
export type BacktestReport = {
  readonly candles: number
  readonly capital: number
  readonly trades: number
  readonly wins: number
  readonly profit: number
  readonly profitPct: number
  readonly fees: number
  readonly sharpe: number | null
  readonly maxDrawdownPct: number
  readonly exposurePct: number
  /** The same rules on the same moves in another order. */
  readonly shuffled?: { readonly profit: number; readonly profitPct: number }
}

export type BacktestAnswer = {
  readonly report: BacktestReport
  readonly equity: readonly { readonly time: number; readonly value: number }[]
  readonly trades: readonly unknown[]
}

type Field = {
  readonly name: string
  readonly label: string
  readonly initial: string
  readonly step: string
  readonly least: string
}

/** Fields of the form, with what they begin with. */
export const BACKTEST_FIELDS: readonly Field[] = [
  { name: 'window', label: 'Window, candles', initial: '200', step: '1', least: '3' },
  { name: 'entry', label: 'Entry |z|', initial: '2', step: '0.1', least: '0.1' },
  { name: 'exit', label: 'Exit |z|', initial: '0.5', step: '0.1', least: '0' },
  { name: 'stop', label: 'Stop |z|', initial: '4', step: '0.1', least: '0.1' },
  { name: 'feeBps', label: 'Fee, bps', initial: '10', step: '0.5', least: '0' },
  { name: 'slippageBps', label: 'Slippage, bps', initial: '2', step: '0.5', least: '0' },
  { name: 'capital', label: 'Capital', initial: '10000', step: '1', least: '1' }
]

/** The request that a filled-in form makes. */
export const backtestBody = (view: PairView, form: { readonly get: (name: string) => unknown }) => ({
  pair: `${view.a}~${view.b}`,
  interval: view.interval,
  method: view.method,
  walkForward: form.get('walkForward') !== null,
  ...Object.fromEntries(BACKTEST_FIELDS.map(({ name }) => [name, Number(form.get(name))]))
})
