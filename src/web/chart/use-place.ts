import { useEffect, useRef } from 'preact/hooks'
import { INTERVAL_MS } from '../../market/interval.ts'
import type { ChartView } from '../view/chart-view.ts'
import { newestPlaces, type Places, placesOf } from '../view/in-view.ts'
import { rangeMs } from '../view/ranges.ts'
import type { Loaded } from './candle-feed.ts'
import type { MarketChart } from './draw/market-chart.ts'

const MAX_CANDLES = 20_000

/** How many candles, counted from the newest, a view wants to show; null: the usual. */
const wantedCount = (view: ChartView, { candles }: Loaded): number | null => {
  const step = INTERVAL_MS[view.interval]
  const newest = candles.at(-1)?.openTime ?? 0
  if (view.span) return Math.ceil((newest - view.span.from) / step) + 1
  if (view.range === null) return null
  const length = rangeMs(view.range)
  return length === null ? MAX_CANDLES : Math.ceil(length / step)
}

const placesFor = (view: ChartView, { candles }: Loaded, count: number | null): Places => {
  if (view.span) return placesOf(candles, view.span)
  return newestPlaces(candles.length, count === null ? undefined : Math.min(count, Math.max(candles.length, 60)))
}

/** Brings the chart to where its address says, as soon as enough is loaded; then the reader moves it. Tells whether it has. */
export const usePlace = (
  chart: MarketChart | null,
  view: ChartView,
  loaded: Loaded,
  loadOlder: (count: number) => void,
  turn: number
): (() => boolean) => {
  const placed = useRef('')
  const key = `${view.instrument} ${view.interval} ${view.range} ${turn}`
  useEffect(() => {
    const { candles, isLoaded, isAtBeginning } = loaded
    if (!chart || placed.current === key || candles.length === 0 || !isLoaded) return
    const count = wantedCount(view, loaded)
    const lacks = (count ?? 0) - candles.length
    const isDone = lacks <= 0 || isAtBeginning || candles.length >= MAX_CANDLES
    if (isDone) placed.current = key
    else loadOlder(lacks)
    chart.show(placesFor(view, loaded, count))
  }, [chart, key, loaded])
  return () => placed.current === key
}
