import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { INTERVAL_MS } from '../../../market/interval.ts'
import { whenCalm } from '../../browser/browser-clock.ts'
import { useStore } from '../../connect/use-store.ts'
import { shade } from '../../shell/theme.ts'
import type { ChartView } from '../../view/chart-view.ts'
import { type Places, spanAt } from '../../view/in-view.ts'
import type { Loaded } from '../candle-feed.ts'
import { createMarketChart, type MarketChart } from './market-chart.ts'

/** What the chart tells its page. */
export type ChartEvents = {
  readonly onPoint: (openTime: number | null) => void
  readonly onSpan: (span: ChartView['span']) => unknown
  readonly onLeftEnd: () => void
}

const NEAR_THE_END = 20
const CALM_MS = 400

/** What the chart's callbacks look at: always that which was drawn last. */
type Seen = { readonly loaded: Loaded; readonly events: ChartEvents }

const watchView = (seen: RefObject<Seen>, chart: RefObject<MarketChart | null>): ((places: Places) => void) => {
  const reportSpan = whenCalm(CALM_MS, () => {
    const [places, now] = [chart.current?.view(), seen.current]
    if (places && now) now.events.onSpan(spanAt(now.loaded.candles, places))
  })
  return ({ from }) => {
    reportSpan()
    if (from < NEAR_THE_END) seen.current?.events.onLeftEnd()
  }
}

/** A chart in `host` that shows what is loaded. It is made anew for other studies or another theme, and keeps its place. */
export const useMarketChart = (
  host: RefObject<HTMLDivElement | null>,
  view: ChartView,
  loaded: Loaded,
  isSimulated: boolean,
  events: ChartEvents
): MarketChart | null => {
  const [chart, setChart] = useState<MarketChart | null>(null)
  const seen = useRef<Seen>({ loaded, events })
  const made = useRef<MarketChart | null>(null)
  const look = useStore(shade)
  seen.current = { loaded, events }
  useEffect(() => {
    if (!host.current) return
    const place = made.current?.view() ?? null
    made.current?.remove()
    made.current = createMarketChart(host.current, {
      studies: view.studies,
      hasSeconds: INTERVAL_MS[view.interval] < INTERVAL_MS['1m'],
      isSimulated,
      onPoint: openTime => seen.current?.events.onPoint(openTime),
      onView: watchView(seen, made)
    })
    made.current.draw(seen.current.loaded.candles, seen.current.loaded.indicators)
    if (place) made.current.show(place)
    setChart(made.current)
  }, [view.studies.join(), view.instrument, view.interval, isSimulated, look])
  useEffect(() => () => made.current?.remove(), [])
  useEffect(() => made.current?.draw(loaded.candles, loaded.indicators), [loaded])
  return chart
}
