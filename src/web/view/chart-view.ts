import { type Interval, isInterval } from '../../market/interval.ts'
import { isRange, type Range } from './ranges.ts'

/** What can be drawn over the candles or below them. */
export const STUDIES = ['volume', 'sma', 'ema', 'bollinger', 'vwap', 'rsi', 'macd'] as const

export type Study = (typeof STUDIES)[number]

const DEFAULT_STUDIES: readonly Study[] = ['volume', 'ema', 'bollinger', 'rsi', 'macd']

/** Everything that a chart shows. */
export type ChartView = {
  readonly instrument: string
  readonly interval: Interval
  readonly range: Range | null
  readonly studies: readonly Study[]
  /** What is on the screen, when it is not the newest: epoch milliseconds. */
  readonly span: { readonly from: number; readonly to: number } | null
}

const studiesOf = (text: string | undefined): readonly Study[] =>
  text === undefined ? DEFAULT_STUDIES : STUDIES.filter(study => text.split(',').includes(study))

const spanOf = (text: string | undefined): ChartView['span'] => {
  const [from, to] = (text ?? '').split(',').map(Number)
  return from && to && from < to ? { from, to } : null
}

/** Reads a chart from an address; what is not said is the first instrument, by the minute. */
export const chartViewOf = (
  params: Readonly<Record<string, string>>,
  instruments: readonly { readonly key: string; readonly intervals: readonly string[] }[]
): ChartView => {
  const { instrument, interval = '1m', range, studies, span } = params
  const found = instruments.find(({ key }) => key === instrument) ?? instruments[0]
  const fallback = found?.intervals.find(isInterval) ?? '1m'
  return {
    instrument: found?.key ?? instrument ?? '',
    interval: isInterval(interval) && (found?.intervals.includes(interval) ?? true) ? interval : fallback,
    range: isRange(range) ? range : null,
    studies: studiesOf(studies),
    span: spanOf(span)
  }
}

/** The same, as parameters of an address. */
export const chartParams = (view: ChartView): Readonly<Record<string, string | undefined>> => ({
  instrument: view.instrument,
  interval: view.interval,
  range: view.range ?? undefined,
  studies: view.studies.join() === DEFAULT_STUDIES.join() ? undefined : view.studies.join() || 'none',
  span: view.span ? `${view.span.from},${view.span.to}` : undefined
})
