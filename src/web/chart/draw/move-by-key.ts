import { moved, newestPlaces, type Places, zoomed } from '../../view/in-view.ts'
import type { MarketChart } from './market-chart.ts'

const MOVES: Readonly<Record<string, (places: Places) => Places>> = {
  ArrowLeft: places => moved(places, -0.25),
  ArrowRight: places => moved(places, 0.25),
  '+': places => zoomed(places, 0.8),
  '-': places => zoomed(places, 1.25)
}

/** Moves the chart; false when the key means nothing to it. */
export const moveByKey = (chart: MarketChart, key: string, length: number): boolean => {
  const places = chart.view()
  const move = key === 'End' ? ({ from, to }: Places) => newestPlaces(length, to - from) : MOVES[key]
  if (!move || !places) return false
  chart.show(move(places))
  return true
}
