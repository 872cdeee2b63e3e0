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
export const PairFigures = ({ of }: { readonly of: PairStats }): JSX.Element => (
  <>
    <p class={`verdict ${belongTogether(of) ? 'verdict-good' : 'verdict-plain'}`}>
      <span aria-hidden="true">{belongTogether(of) ? '✓' : '○'}</span> {cointegrationWords(of)}
    </p>
    <dl class="tiles">
      <Tile name="z-score" value={formatFigure(of.zScore)} note={scoreWords(of.zScore)} />
      <Tile name="Spread" value={formatFigure(of.spread)} note={meanWords(of)} />
      <Tile name="Hedge ratio β" value={formatFigure(of.beta)} note={`α ${formatFigure(of.alpha)}`} />
      <Tile name="Correlation" value={formatFigure(of.correlation)} note="of closes in the window" />
      <Tile name="Half-life" value={halfLifeWords(of.halfLife)} note="of a deviation" />
      <Tile name="ADF p" value={formatFigure(of.adfPValue)} note={tested(of.adfStat, of.adfPValue)} />
      <Tile
        name="Engle–Granger p"
        value={formatFigure(of.egPValue)}
        note={of.method === 'ols' ? tested(of.egStat, of.egPValue) : 'of least squares alone'}
      />
      <Tile name="Window" value={`${of.window} candles`} note={sourceWords(of)} />
    </dl>
  </>
)
