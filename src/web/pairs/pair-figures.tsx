import type { JSX } from 'preact'
import type { PairStats } from '../../market/records/derived/pair-stats.ts'
import { formatFigure } from '../view/format.ts'
import {
  belongTogether,
  cointegrationWords,
  halfLifeWords,
  meanWords,
  scoreWords,
  sourceWords
} from '../view/pair-view.ts'

const Tile = (props: { readonly name: string; readonly value: string; readonly note?: string }): JSX.Element => (
  <div class="tile">
    <dt>{props.name}</dt>
    <dd>
      <b>{props.value}</b>
      {props.note && <small>{props.note}</small>}
    </dd>
  </div>
)

const tested = (stat: number | null, p: number | null): string =>
  p === null ? 'not known yet' : `statistic ${formatFigure(stat)}, ${p < 0.05 ? 'below' : 'not below'} 0.05`

/** What is known of a pair at its newest candle. */
export const PairFigures = ({ stats }: { readonly stats: PairStats }): JSX.Element => (
  <>
    <p class={`verdict ${belongTogether(stats) ? 'verdict-good' : 'verdict-plain'}`}>
      <span aria-hidden="true">{belongTogether(stats) ? '✓' : '○'}</span> {cointegrationWords(stats)}
    </p>
    <dl class="tiles">
      <Tile name="z-score" value={formatFigure(stats.zScore)} note={scoreWords(stats.zScore)} />
      <Tile name="Spread" value={formatFigure(stats.spread)} note={meanWords(stats)} />
      <Tile name="Hedge ratio β" value={formatFigure(stats.beta)} note={`α ${formatFigure(stats.alpha)}`} />
      <Tile name="Correlation" value={formatFigure(stats.correlation)} note="of closes in the window" />
      <Tile name="Half-life" value={halfLifeWords(stats.halfLife)} note="of a deviation" />
      <Tile name="ADF p" value={formatFigure(stats.adfPValue)} note={tested(stats.adfStat, stats.adfPValue)} />
      <Tile
        name="Engle–Granger p"
        value={formatFigure(stats.egPValue)}
        note={stats.method === 'ols' ? tested(stats.egStat, stats.egPValue) : 'of least squares alone'}
      />
      <Tile name="Window" value={`${stats.window} candles`} note={sourceWords(stats)} />
    </dl>
  </>
)
