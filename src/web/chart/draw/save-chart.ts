import { INTERVAL_MS } from '../../../market/interval.ts'
import type { Candle } from '../../../market/records/derived/candle.ts'
import { getBlob } from '../../connect/api.ts'
import { readPalette } from '../../draw/palette.ts'
import { type Places, shownSpan } from '../../view/in-view.ts'
import type { CandlesOf } from '../candle-feed.ts'

/** Gives the reader a file. */
const download = (name: string, body: Blob): void => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(body)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

const HEAD = 44

/** Writes what the picture is of above it. */
const withTitle = (chart: HTMLCanvasElement, title: string): HTMLCanvasElement => {
  const palette = readPalette()
  const whole = document.createElement('canvas')
  const scale = chart.width / (chart.clientWidth || chart.width)
  const head = HEAD * scale
  whole.width = chart.width
  whole.height = chart.height + head
  const pen = whole.getContext('2d')
  if (!pen) return chart
  pen.fillStyle = palette.panel
  pen.fillRect(0, 0, whole.width, whole.height)
  pen.fillStyle = palette.text
  pen.font = `600 ${16 * scale}px system-ui, sans-serif`
  pen.fillText(title, 14 * scale, 28 * scale)
  pen.drawImage(chart, 0, head)
  return whole
}

/** Saves the chart as a PNG with its title. */
export const savePicture = (chart: HTMLCanvasElement, title: string, name: string): void =>
  withTitle(chart, title).toBlob(body => body && download(name, body), 'image/png')

const MAX_ROWS = 5_000

/** Saves the candles that are on the screen, as the gateway writes them. */
export const saveCsv = async (series: CandlesOf, candles: readonly Candle[], places: Places | null): Promise<void> => {
  const span = shownSpan(candles, places ?? { from: 0, to: candles.length })
  if (!span) return
  const query = { ...series, from: span.from, to: span.to + INTERVAL_MS[series.interval], limit: MAX_ROWS }
  const body = await getBlob('/api/v1/candles.csv', query)
  download(`${series.exchange}-${series.symbol.replace('/', '-')}-${series.interval}.csv`, body)
}
