import { expect } from '@jest/globals'
import { eventually } from '../../support/eventually.ts'
import { keyOf, MINUTES_MS, type Scenario } from './scenario.ts'

const RULE = 'seen-by-a-test'

/** What a reader does on the other pages. */
export const work: readonly Scenario[] = [
  [
    'a pair is analysed: its figures, its course, another method, and a backtest with its equity curve',
    async ({ page, open }) => {
      await open('/pairs')
      await page.locator('.tile', { hasText: 'z-score' }).waitFor({ timeout: MINUTES_MS })
      const points = async (): Promise<number> => Number(await page.locator('.pair-host').getAttribute('data-points'))
      await eventually(async () => (await points()) > 0)
      await page.getByRole('button', { name: 'kalman' }).click()
      await eventually(() => page.url().includes('method=kalman'))
      await eventually(async () => (await points()) > 0)
      await page.getByLabel('Window').fill('30')
      await page.getByRole('button', { name: 'Run' }).click()
      await page.locator('.backtest-result', { hasText: 'Profit after costs' }).waitFor()
      expect(Number(await page.locator('.equity-host').getAttribute('data-points'))).toBeGreaterThan(30)
    }
  ],
  [
    'a rule that cannot be is explained field by field; it is made, seen firing, changed and deleted',
    async ({ page, open, instruments }) => {
      await open('/alerts')
      await page.getByRole('button', { name: 'New rule' }).click()
      await page.getByLabel('Name').fill(RULE)
      await page.locator('.rule-builder [name=instrument]').selectOption(keyOf(instruments[0]!))
      await page.locator('.rule-builder [name=priority]').selectOption('high')
      await page.getByRole('button', { name: 'Make the rule' }).click()
      await page.getByRole('alert').getByText(/above/).waitFor()
      await page.getByLabel('Fires above').fill('0.5')
      await page.getByRole('button', { name: 'Make the rule' }).click()
      await page.locator(`[data-rule=${RULE}]`, { hasText: 'above 0.5' }).waitFor()
      await page.locator(`[data-alert=${RULE}][data-state=firing]`).waitFor({ timeout: MINUTES_MS })
      await page.getByRole('button', { name: 'Acknowledge all' }).click()
      await page.getByRole('button', { name: `Edit ${RULE}` }).click()
      await page.getByLabel('Fires above').fill('99999999')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.locator(`[data-rule=${RULE}]`, { hasText: 'above 99999999' }).waitFor()
      await page.getByRole('button', { name: `Delete ${RULE}` }).click()
      await eventually(async () => (await page.locator(`[data-rule=${RULE}]`).count()) === 0)
    }
  ],
  [
    'what the exchange tells of an instrument is found by its name, and leads to its chart',
    async ({ page, open, instruments }) => {
      await open('/instruments')
      const [{ symbol }] = instruments as readonly [(typeof instruments)[number]]
      const row = page.locator(`tr[data-instrument="${keyOf(instruments[0]!)}"]`)
      await row.locator('[data-label=State]', { hasText: 'TRADING' }).waitFor({ timeout: MINUTES_MS })
      await row.locator('[data-label=Tick]', { hasText: /^\s*0\.\d+/ }).waitFor()
      await row.locator('[data-label=Confirmed]', { hasText: 'ago' }).waitFor()
      await page.getByLabel('Find').fill(symbol)
      await eventually(async () => (await page.locator('tr[data-instrument]').count()) === 1)
      await page.reload()
      expect(await page.getByLabel('Find').inputValue()).toBe(symbol)
      await row.getByRole('link').click()
      await eventually(() => page.url().includes('/chart?instrument='))
    }
  ],
  [
    'the page on data quality says in one line that every feed is whole, and the chart to when it was held against the exchange',
    async ({ page, open }) => {
      await open('/quality')
      await page
        .locator('.verdict[data-whole=true]', { hasText: 'Every feed is whole' })
        .waitFor({ timeout: MINUTES_MS })
      await open('/chart')
      const trust = page.locator('.feed-trust.whole', { hasText: /verified against the exchange to \d\d:\d\d/ })
      await trust.waitFor({ timeout: MINUTES_MS })
    }
  ]
]
