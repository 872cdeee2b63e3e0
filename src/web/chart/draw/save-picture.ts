import { download } from '../../browser/download.ts'
import { readPalette } from '../../draw/palette.ts'

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
