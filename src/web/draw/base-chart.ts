import { ColorType, CrosshairMode, createChart, createTextWatermark, type IChartApi } from 'lightweight-charts'
import type { Palette } from './palette.ts'

/** A chart in the theme's colours that fills its host. Its maker is named in the footer of the page. */
export const createBaseChart = (host: HTMLElement, palette: Palette, withSeconds: boolean): IChartApi =>
  createChart(host, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: palette.panel },
      textColor: palette.muted,
      fontFamily: 'system-ui, sans-serif',
      fontSize: 11,
      attributionLogo: false,
      panes: { separatorColor: palette.line, separatorHoverColor: palette.grid }
    },
    grid: { vertLines: { color: palette.grid }, horzLines: { color: palette.grid } },
    crosshair: { mode: CrosshairMode.Normal },
    rightPriceScale: { borderColor: palette.line },
    timeScale: { borderColor: palette.line, timeVisible: true, secondsVisible: withSeconds, rightOffset: 6 }
  })

/** SIMULATED across a chart. */
export const watermark = (chart: IChartApi, palette: Palette): void => {
  const pane = chart.panes()[0]
  if (!pane) return
  createTextWatermark(pane, {
    horzAlign: 'center',
    vertAlign: 'center',
    lines: [{ text: 'SIMULATED', color: palette.watermark, fontSize: 72, fontStyle: '700' }]
  })
}
