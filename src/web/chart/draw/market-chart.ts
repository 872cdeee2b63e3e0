import {
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type LogicalRange,
  type SeriesMarker,
  type UTCTimestamp
} from 'lightweight-charts'
import type { Candle } from '../../../market/records/derived/candle.ts'
import type { Indicators } from '../../../market/records/derived/indicators.ts'
import { createBaseChart, watermark } from '../../draw/base-chart.ts'
import { chartTime, follow } from '../../draw/follow.ts'
import { type Palette, readPalette } from '../../draw/palette.ts'
import type { Study } from '../../view/chart-view.ts'
import { digitsOf } from '../../view/format.ts'
import { type Mark, marksOf } from '../../view/marks.ts'
import { drawStudies } from './draw-studies.ts'
import { candlePoint, volumePoint } from './price-points.ts'

type Look = { readonly shape: 'square' | 'circle' | 'arrowUp'; readonly colour: keyof Palette }

const LOOKS: Readonly<Record<Mark['kind'], Look>> = {
  gap: { shape: 'square', colour: 'down' },
  partial: { shape: 'square', colour: 'muted' },
  backfilled: { shape: 'circle', colour: 'accent' },
  revised: { shape: 'arrowUp', colour: 'second' }
}

/** A mark as it stands below its candle: a shape and, on the first of a row, its name. */
const markPoint =
  (palette: Palette) =>
  ({ openTime, kind, isNamed }: Mark): SeriesMarker<UTCTimestamp> => ({
    time: chartTime(openTime),
    position: 'belowBar',
    shape: LOOKS[kind].shape,
    color: palette[LOOKS[kind].colour],
    size: 0.6,
    ...(isNamed ? { text: kind } : {})
  })

/** What a chart is made with. */
export type ChartOptions = {
  readonly studies: readonly Study[]
  readonly hasSeconds: boolean
  readonly isSimulated: boolean
  /** Which candle the reader points at; null: none. */
  readonly onPoint: (openTime: number | null) => void
  /** What part of the candles is on the screen, by place in the list. */
  readonly onView: (range: LogicalRange) => void
}

/** Candles, volume and studies on the screen. One that was removed does nothing any more. */
export type MarketChart = {
  readonly draw: (candles: readonly Candle[], indicators: readonly Indicators[]) => void
  readonly show: (range: { readonly from: number; readonly to: number }) => void
  readonly view: () => LogicalRange | null
  readonly picture: () => HTMLCanvasElement
  readonly remove: () => void
}

const PRICE_DIGITS_FROM = 200

const drawPrices = (chart: IChartApi, palette: Palette): ((candles: readonly Candle[]) => void) => {
  const series = chart.addSeries(CandlestickSeries, { priceLineColor: palette.muted })
  const markers = createSeriesMarkers(series, [])
  const draw = follow(series, candlePoint(palette))
  let digits = -1
  return candles => {
    const precision = digitsOf(candles.slice(-PRICE_DIGITS_FROM).map(({ close }) => close))
    if (precision !== digits)
      series.applyOptions({ priceFormat: { type: 'price', precision, minMove: 10 ** -precision } })
    digits = precision
    draw(candles)
    markers.setMarkers(marksOf(candles).map(markPoint(palette)))
  }
}

const drawVolume = (chart: IChartApi, palette: Palette): ((candles: readonly Candle[]) => void) => {
  const options = { priceScaleId: 'volume', priceFormat: { type: 'volume' as const } }
  const series = chart.addSeries(HistogramSeries, { ...options, priceLineVisible: false, lastValueVisible: false })
  series.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } })
  return follow(series, volumePoint(palette))
}

const listen = (chart: IChartApi, { onPoint, onView }: ChartOptions): void => {
  chart.subscribeCrosshairMove(({ time }) => onPoint(typeof time === 'number' ? time * 1000 : null))
  chart.timeScale().subscribeVisibleLogicalRangeChange(range => range && onView(range))
}

/** Makes a chart in its host. */
export const createMarketChart = (host: HTMLElement, options: ChartOptions): MarketChart => {
  const palette = readPalette()
  const chart = createBaseChart(host, palette, options.hasSeconds)
  const price = drawPrices(chart, palette)
  const volume = options.studies.includes('volume') ? drawVolume(chart, palette) : null
  const studies = drawStudies(chart, options.studies, palette)
  if (options.isSimulated) watermark(chart, palette)
  listen(chart, options)
  let isGone = false
  return {
    draw: (candles, indicators) => {
      if (isGone) return
      price(candles)
      volume?.(candles)
      studies(indicators)
    },
    show: range => {
      if (!isGone) chart.timeScale().setVisibleLogicalRange(range)
    },
    view: () => (isGone ? null : chart.timeScale().getVisibleLogicalRange()),
    picture: () => chart.takeScreenshot(true),
    remove: () => {
      isGone = true
      chart.remove()
    }
  }
}
