import type { JSX } from 'preact'
import { INTERVAL_MS } from '../../market/interval.ts'
import type { ChartView } from '../view/chart-view.ts'
import { MARK_WORDS, marksOf } from '../view/marks.ts'
import type { Loaded } from './candle-feed.ts'

const TradingView = (): JSX.Element => (
  <a class="attribution" href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">
    Charting by TradingView
  </a>
)

/** What the looks of the candles mean, of those looks that are there. */
export const ChartNotes = ({ view, loaded }: { readonly view: ChartView; readonly loaded: Loaded }): JSX.Element => {
  const kinds = [...new Set(marksOf(loaded.candles).map(({ kind }) => kind))]
  const exchangeCandles = loaded.candles.filter(({ status }) => status === 'exchange').length
  const hasStudies = view.studies.some(study => study !== 'volume')
  return (
    <p class="chart-notes">
      <span>UTC</span>
      <span>hollow: rose · full: fell</span>
      {exchangeCandles > 0 && (
        <span>
          <i class="swatch colour-theirs" /> grey: the exchange's own ({exchangeCandles}), from before ours began
        </span>
      )}
      {kinds.map(kind => (
        <span key={kind}>
          <i class={`mark mark-${kind}`} /> {kind}: {MARK_WORDS[kind]}
        </span>
      ))}
      {hasStudies && INTERVAL_MS[view.interval] < INTERVAL_MS['1m'] && <span>studies are computed from 1m up</span>}
      {loaded.isLoaded && loaded.candles.length === 0 && <span>no candle is stored yet</span>}
      <TradingView />
    </p>
  )
}
