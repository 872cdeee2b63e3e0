import { eventually } from '../../support/eventually.ts'
import { changes, type DashboardServer, hasCandles, keyOf, MINUTES_MS, type Scenario } from './scenario.ts'

/** Some candles of a second. */
const AWAY_MS = 4_000
const SHOWN = `({ ...document.querySelector('.chart-host').dataset })`

const isPrice = (text: string | null): boolean => /\d/.test(text ?? '')

/** Kills the gateway, lets something happen, and brings it back whatever came of that. */
const whileAway = async (server: DashboardServer, act: () => Promise<void>): Promise<void> => {
  await server.kill()
  try {
    await act()
  } finally {
    await server.restart()
  }
}

/** What the page does when nobody answers it. */
export const connection: readonly Scenario[] = [
  [
    'a gateway that is killed is missed: the page says so, claims nothing any more, and comes back by itself',
    async ({ page, open, server, instruments }) => {
      await open('/')
      await page.locator('.trust-live').waitFor()
      const last = page.locator(`tr[data-instrument="${keyOf(instruments[0]!)}"] .last`)
      await eventually(async () => isPrice(await last.textContent()))
      await whileAway(server, async () => {
        await page.locator('.trust-reconnecting, .trust-offline').waitFor()
        await page.locator('.offline-note').waitFor()
        await page.getByRole('link', { name: 'Data quality' }).click()
        await page.locator('.verdict', { hasText: 'Not connected' }).waitFor()
        await page.getByRole('link', { name: 'Markets' }).click()
      })
      await page.locator('.trust-live').waitFor({ timeout: MINUTES_MS })
      await eventually(async () => (await page.locator('.offline-note').count()) === 0)
      await eventually(async () => isPrice(await last.textContent()))
      await changes(() => last.textContent())
    }
  ],
  [
    'candles that went by while the gateway was away are filled in when it is back, without a hole',
    async ({ page, open, server }) => {
      await open('/chart?interval=1s')
      await hasCandles(page, 10)
      const killedAt = Date.now()
      await whileAway(server, async () => {
        await page.locator('.feed-trust', { hasText: 'not connected' }).waitFor()
        await eventually(() => Date.now() > killedAt + AWAY_MS)
      })
      const shown = async () => {
        const data = await page.evaluate<Record<string, string>>(SHOWN)
        const [count, from, to] = [Number(data.candles), Number(data.from), Number(data.to)]
        return { isBack: to > killedAt + AWAY_MS, lacks: (to - from) / 1000 + 1 - count }
      }
      await eventually(async () => {
        const { isBack, lacks } = await shown()
        return isBack && lacks === 0
      }, shown)
    }
  ]
]
