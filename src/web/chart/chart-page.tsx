import type { JSX } from 'preact'
import { instruments } from '../connect/status.ts'
import { useStore } from '../connect/use-store.ts'
import { route } from '../shell/router.ts'
import { chartViewOf } from '../view/chart-view.ts'
import { ChartWorkplace } from './chart-workplace.tsx'

/** Candles of one instrument. */
export const ChartPage = (): JSX.Element => {
  const listed = useStore(instruments)
  const { params } = useStore(route)
  if (!listed) return <p class="empty">Asking the gateway which instruments there are…</p>
  const view = chartViewOf(params, listed)
  const of = listed.find(({ key }) => key === view.instrument)
  if (!of) return <p class="empty">No instrument is listed yet; the first trade brings it.</p>
  return <ChartWorkplace listed={listed} of={of} view={view} />
}
