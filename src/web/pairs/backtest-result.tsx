import { AreaSeries } from 'lightweight-charts'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useStore } from '../connect/use-store.ts'
import { createBaseChart } from '../draw/base-chart.ts'
import { chartTime } from '../draw/follow.ts'
import { readPalette } from '../draw/palette.ts'
import { shade } from '../shell/theme.ts'
import { formatChange, formatNumber } from '../view/format.ts'
import type { BacktestAnswer, BacktestReport } from '../view/forms/backtest-form.ts'

const drawEquity = (host: HTMLElement, equity: BacktestAnswer['equity']): (() => void) => {
  const palette = readPalette()
  const chart = createBaseChart(host, palette, false)
  const series = chart.addSeries(AreaSeries, {
    lineColor: palette.accent,
    topColor: palette['theirs-soft'],
    bottomColor: palette.panel,
    lineWidth: 2
  })
  series.setData(equity.map(({ time, value }) => ({ time: chartTime(time), value })))
  chart.timeScale().fitContent()
  return () => chart.remove()
}

const Equity = ({ equity }: { readonly equity: BacktestAnswer['equity'] }): JSX.Element => {
  const host = useRef<HTMLDivElement>(null)
  const look = useStore(shade)
  useEffect(() => (host.current ? drawEquity(host.current, equity) : undefined), [equity, look])
  return <div class="equity-host" ref={host} role="img" aria-label="Equity curve" data-points={equity.length} />
}

const rowsOf = (report: BacktestReport): readonly (readonly [name: string, value: string])[] => [
  ['Profit after costs', `${formatNumber(report.profit)} (${formatChange(report.profitPct)})`],
  ['Trades', `${report.trades}, ${report.wins} won`],
  ['Fees', formatNumber(report.fees)],
  ['Sharpe, a year', formatNumber(report.sharpe)],
  ['Deepest fall', `${formatNumber(report.maxDrawdownPct)} %`],
  ['Candles held', `${formatNumber(report.exposurePct, 1)} %`],
  ['Candles in common', String(report.candles)],
  ...(report.shuffled ? [['Same rules, shuffled candles', formatChange(report.shuffled.profitPct)] as const] : [])
]

/** What a backtest came to, and how it got there. */
export const BacktestResult = ({ answer }: { readonly answer: BacktestAnswer }): JSX.Element => (
  <div class="backtest-result">
    <Equity equity={answer.equity} />
    <dl class="facts">
      {rowsOf(answer.report).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
    {answer.report.shuffled && (
      <p class="hint">
        Shuffled: the same moves in another order, where there is nothing to know. A profit there is luck.
      </p>
    )}
  </div>
)
