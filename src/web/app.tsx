import type { JSX } from 'preact'
import { AlertsPage } from './alerts/alerts-page.tsx'
import { ChartPage } from './chart/chart-page.tsx'
import { useStore } from './connect/use-store.ts'
import { MarketsPage } from './markets/markets-page.tsx'
import { PairsPage } from './pairs/pairs-page.tsx'
import { QualityPage } from './quality/quality-page.tsx'
import { route } from './shell/router.ts'
import { Shell } from './shell/shell.tsx'
import type { Page } from './view/route.ts'

const BODIES: Readonly<Record<Page, () => JSX.Element>> = {
  markets: MarketsPage,
  chart: ChartPage,
  pairs: PairsPage,
  alerts: AlertsPage,
  quality: QualityPage
}

/** The dashboard. */
export const App = (): JSX.Element => {
  const { page } = useStore(route)
  const Body = BODIES[page]
  return (
    <Shell>
      <Body key={page} />
    </Shell>
  )
}
