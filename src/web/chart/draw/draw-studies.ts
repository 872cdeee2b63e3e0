import { HistogramSeries, type IChartApi, LineSeries, LineStyle, type LineWidth } from 'lightweight-charts'
import type { Indicators } from '../../../market/records/derived/indicators.ts'
import { chartTime, follow } from '../../draw/follow.ts'
import type { Palette } from '../../draw/palette.ts'
import type { Study } from '../../view/chart-view.ts'
import { STUDY_LINES, type StudyLine } from './studies.ts'

type Draw = (records: readonly Indicators[]) => void

const WIDTH: LineWidth = 1

const quiet = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false } as const

const drawHistogram = (chart: IChartApi, line: StudyLine, pane: number, palette: Palette): Draw => {
  const series = chart.addSeries(HistogramSeries, { priceLineVisible: false, lastValueVisible: false }, pane)
  return follow(series, record => {
    const value = record[line.figure]
    const time = chartTime(record.openTime)
    return value === null ? { time } : { time, value, color: palette[value >= 0 ? 'up-soft' : 'down-soft'] }
  })
}

const drawLine = (chart: IChartApi, line: StudyLine, pane: number, palette: Palette): Draw => {
  const lineStyle = line.isDashed ? LineStyle.Dashed : LineStyle.Solid
  const color = palette[line.colour]
  const series = chart.addSeries(LineSeries, { ...quiet, color, lineWidth: WIDTH, lineStyle }, pane)
  if (line.pane === 'rsi')
    for (const price of [30, 70])
      series.createPriceLine({
        price,
        color: palette.muted,
        lineWidth: 1,
        lineStyle: LineStyle.Dotted,
        axisLabelVisible: true
      })
  return follow(series, record => {
    const value = record[line.figure]
    const time = chartTime(record.openTime)
    return value === null ? { time } : { time, value }
  })
}

/** Adds the studies to a chart, each in its pane below the price, and tells how to draw them. */
export const drawStudies = (chart: IChartApi, studies: readonly Study[], palette: Palette): Draw => {
  const lines = studies.flatMap(study => STUDY_LINES[study])
  const panes = ['price', ...new Set(lines.map(({ pane }) => pane).filter(pane => pane !== 'price'))]
  const draws = lines.map(line =>
    (line.isHistogram ? drawHistogram : drawLine)(chart, line, panes.indexOf(line.pane), palette)
  )
  chart.panes().forEach((pane, n) => {
    pane.setStretchFactor(n === 0 ? 3.2 : 1)
  })
  return records => {
    for (const draw of draws) draw(records)
  }
}
