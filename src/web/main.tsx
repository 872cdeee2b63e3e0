import { render } from 'preact'
import { watchAlerts } from './alerts/alert-feed.ts'
import { App } from './app.tsx'
import { watchStatus } from './connect/status.ts'
import { watchTrust } from './connect/trust.ts'
import { followLetters } from './shell/keys.ts'
import { followLinks } from './shell/router.ts'
import { wearTheme } from './shell/theme.ts'

wearTheme()
followLinks()
followLetters()
watchTrust()
watchStatus()
watchAlerts()
render(<App />, document.body)
