import { type IChartApi, LineSeries, LineStyle } from 'lightweight-charts'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { PairFigure, PairStats } from '../../market/records/derived/pair-stats.ts'
import { useStore } from '../connect/use-store.ts'
import { createBaseChart, watermark } from '../draw/base-chart.ts'
import { chartTime, follow } from '../draw/follow.ts'
import { type Palette, readPalette } from '../draw/palette.ts'
import { shade } from '../shell/theme.ts'

type Line = {
  readonly figure: PairFigure
  readonly colour: keyof Palette
  readonly pane: number
  readonly title: string
}

const LINES: readonly Line[] = [
  { figure: 'spread', colour: 'accent', pane: 0, title: 'spread' },
  { figure: 'zScore', colour: 'second', pane: 1, title: 'z' },
  { figure: 'correlation', colour: 'fourth', pane: 2, title: 'correlation' }
]

type Band = {
  readonly price: number
  readonly colour: keyof Palette
  readonly lineStyle: LineStyle
  readonly title: string
}

const BANDS: readonly Band[] = [
  { price: -3, colour: 'down', lineStyle: LineStyle.Dashed, title: '−3' },
  { price: -2, colour: 'muted', lineStyle: LineStyle.Dotted, title: '−2' },
  { price: 0, colour: 'muted', lineStyle: LineStyle.Solid, title: '' },
  { price: 2, colour: 'muted', lineStyle: LineStyle.Dotted, title: '+2' },
  { price: 3, colour: 'down', lineStyle: LineStyle.Dashed, title: '+3' }
]

type Draw = (records: readonly PairStats[]) => void

const drawLine = (chart: IChartApi, { figure, colour, pane, title }: Line, palette: Palette): Draw => {
  const series = chart.addSeries(
    LineSeries,
    { color: palette[colour], lineWidth: 2, priceLineVisible: false, title },
    pane
  )
  if (figure === 'zScore')
    for (const { colour: shade, ...band } of BANDS)
      series.createPriceLine({ ...band, color: palette[shade], lineWidth: 1, axisLabelVisible: true })
  return follow(series, record => {
    const value = record[figure]
    return value === null ? { time: chartTime(record.openTime) } : { time: chartTime(record.openTime), value }
  })
}

const makeChart = (host: HTMLElement, isSimulated: boolean): { readonly chart: IChartApi; readonly draw: Draw } => {
  const palette = readPalette()
  const chart = createBaseChart(host, palette, false)
  const draws = LINES.map(line => drawLine(chart, line, palette))
  chart.panes().forEach((pane, n) => void pane.setStretchFactor(n === 1 ? 1.4 : 1))
  if (isSimulated) watermark(chart, palette)
  return { chart, draw: records => draws.forEach(draw => void draw(records)) }
}

/** Spread, its score with bands at ±2 and ±3 deviations, and the correlation, below each other on one axis of time. */
export const PairChart = (props: {
  readonly history: readonly PairStats[]
  readonly name: string
  readonly isSimulated: boolean
}): JSX.Element => {
  const host = useRef<HTMLDivElement>(null)
  const made = useRef<ReturnType<typeof makeChart> | null>(null)
  const look = useStore(shade)
  useEffect(() => {
    if (!host.current) return
    const { chart, draw } = makeChart(host.current, props.isSimulated)
    made.current = { chart, draw }
    draw(props.history)
    return () => chart.remove()
  }, [look, props.name, props.isSimulated])
  useEffect(() => made.current?.draw(props.history), [props.history])
  return (
    <div
      class="pair-host"
      ref={host}
      role="img"
      aria-label={`Spread, z-score and correlation of ${props.name}`}
      data-points={props.history.length}
    />
  )
}
