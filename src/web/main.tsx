import { type JSX, render } from 'preact'
import { AlertsPage } from './alerts/alerts-page.tsx'
import { ChartPage } from './chart/chart-workplace.tsx'
import { watchStatus } from './connect/status.ts'
import { watchTrust } from './connect/trust.ts'
import { useStore } from './connect/use-store.ts'
import { InstrumentsPage } from './instruments/instruments-page.tsx'
import { MarketsPage } from './markets/markets-page.tsx'
import { PairsPage } from './pairs/pairs-page.tsx'
import { QualityPage } from './quality/quality-page.tsx'
import { watchAlerts } from './shell/alert-feed.ts'
import { followLetters } from './shell/keys.ts'
import { followLinks, route } from './shell/router.ts'
import { Shell } from './shell/shell.tsx'
import { wearTheme } from './shell/theme.ts'
import type { Page } from './view/route.ts'

const BODIES: Readonly<Record<Page, () => JSX.Element>> = {
  markets: MarketsPage,
  chart: ChartPage,
  pairs: PairsPage,
  alerts: AlertsPage,
  quality: QualityPage,
  instruments: InstrumentsPage
}

/** The dashboard. */
const App = (): JSX.Element => {
  const { page } = useStore(route)
  const Body = BODIES[page]
  return (
    <Shell>
      <Body key={page} />
    </Shell>
  )
}

wearTheme()
followLinks()
followLetters()
watchTrust()
watchStatus()
watchAlerts()
render(<App />, document.body)
