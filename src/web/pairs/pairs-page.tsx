import type { JSX } from 'preact'
import { instruments } from '../connect/status.ts'
import { useStore } from '../connect/use-store.ts'
import { ChoiceBar } from '../shell/choice-bar.tsx'
import { goTo, route } from '../shell/router.ts'
import { type Analysed, type PairView, pairChoices, pairParams, pairViewOf } from '../view/pair-view.ts'
import { Backtest } from './backtest.tsx'
import { PairChart } from './pair-chart.tsx'
import { PairFigures } from './pair-figures.tsx'
import { useNewestPairs, usePairHistory } from './use-pairs.ts'

const Choices = ({ analysed, view }: { readonly analysed: Analysed; readonly view: PairView }): JSX.Element => {
  const { pairs, intervals, methods } = pairChoices(analysed, view.a, view.b)
  const change = (part: Readonly<Record<string, string>>): void => goTo('pairs', { ...pairParams(view), ...part })
  return (
    <div class="page-head">
      <label class="legs">
        Legs
        <select value={`${view.a}~${view.b}`} onChange={event => change({ pair: event.currentTarget.value })}>
          {pairs.map(pair => (
            <option key={pair} value={pair}>
              {pair.replace('~', '  ~  ')}
            </option>
          ))}
        </select>
      </label>
      <ChoiceBar
        label="Interval"
        choices={intervals}
        chosen={intervals.find(name => name === view.interval) ?? null}
        onChoose={interval => change({ interval })}
      />
      <ChoiceBar label="Method" choices={methods} chosen={view.method} onChoose={method => change({ method })} />
    </div>
  )
}

const WAITING = 'Nothing of this interval is here yet; its next candle brings it.'

/** Two instruments and what they have to do with each other. */
export const PairsPage = (): JSX.Element => {
  const newest = useNewestPairs()
  const listed = useStore(instruments)
  const { params } = useStore(route)
  const analysed = { newest: newest ?? [], intervals: listed?.[0]?.intervals ?? [] }
  const view = pairViewOf(params, analysed)
  const history = usePairHistory(view)
  const last = history.at(-1)
  if (!newest) return <p class="empty">Asking the gateway which pairs there are…</p>
  if (newest.length === 0)
    return <p class="empty">No pair has been analysed yet; the first candle that both legs have brings it.</p>
  return (
    <section class="page">
      <Choices analysed={analysed} view={view} />
      <div class="card">{last ? <PairFigures stats={last} /> : <p class="empty">{WAITING}</p>}</div>
      <div class="card flush">
        <PairChart
          history={history}
          name={`${view.a} ~ ${view.b} ${view.interval} ${view.method}`}
          isSimulated={listed?.some(({ simulated }) => simulated) ?? false}
        />
        <p class="chart-notes">
          <span>spread = a − α − β·b, in the quote currency of a</span>
          <span>z: bands at ±2 (dotted) and ±3 (dashed)</span>
          <span>UTC</span>
          <a class="attribution" href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">
            Charting by TradingView
          </a>
        </p>
      </div>
      <Backtest view={view} />
    </section>
  )
}
