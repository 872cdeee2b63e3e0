import type { JSX } from 'preact'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { Indicators } from '../../market/records/derived/indicators.ts'
import type { ChartView } from '../view/chart-view.ts'
import { formatChange, formatCompact, formatDecimal, formatNumber, formatTime, UNKNOWN } from '../view/format.ts'
import { statusWords } from '../view/marks.ts'
import { STUDY_LINES } from './draw/studies.ts'

const changeOf = ({ open, close }: Candle): number => ((Number(close) - Number(open)) / Number(open)) * 100

const Figure = (props: { readonly name: string; readonly value: string; readonly tone: string }): JSX.Element => (
  <span>
    <span class="legend-name">{props.name}</span> <span class={props.tone}>{props.value}</span>
  </span>
)

const Prices = ({ candle }: { readonly candle: Candle }): JSX.Element => {
  const change = changeOf(candle)
  const tone = change >= 0 ? 'up' : 'down'
  return (
    <p class="legend-row" data-open-time={candle.openTime}>
      <span class="legend-time">{formatTime(candle.openTime)}</span>
      <Figure name="O" value={formatDecimal(candle.open)} tone={tone} />
      <Figure name="H" value={formatDecimal(candle.high)} tone={tone} />
      <Figure name="L" value={formatDecimal(candle.low)} tone={tone} />
      <Figure name="C" value={formatDecimal(candle.close)} tone={tone} />
      <span class={tone}>{formatChange(change)}</span>
      <Figure name="Vol" value={formatCompact(Number(candle.volume))} tone="" />
      <span class={`legend-status status-${candle.status}`}>{statusWords(candle)}</span>
    </p>
  )
}

/** The candle that the reader points at, or the newest: O H L C, change, volume, how it came about, and the studies. */
export const Legend = (props: {
  readonly view: ChartView
  readonly candle: Candle | undefined
  readonly indicators: Indicators | undefined
}): JSX.Element => {
  const { view, candle, indicators } = props
  const digits = candle?.close.split('.')[1]?.length ?? 2
  return (
    <div class="legend">
      {candle && <Prices candle={candle} />}
      <p class="legend-row studies">
        {view.studies
          .flatMap(study => STUDY_LINES[study])
          .map(({ figure, name, colour, pane }) => (
            <span key={figure}>
              <i class={`swatch colour-${colour}`} />
              <span class="legend-name">{name}</span>{' '}
              {indicators ? formatNumber(indicators[figure], pane === 'rsi' ? 1 : Math.max(2, digits)) : UNKNOWN}
            </span>
          ))}
      </p>
    </div>
  )
}
