import { readFile } from 'node:fs/promises'
import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'
import { eventually } from '../../support/eventually.ts'
import { candlesOn, changes, hasCandles, holdLeft, isAt, keyOf, type Scenario } from './scenario.ts'

type Row = { readonly openTime: number; readonly close: string }

const HISTORY = 60
/** So many candles are there at the least in the end, of which a chart begins with half. */
const STORED = 1_000
const DOWNLOAD_ROWS = 20
const TRIES = 5

const chosen = (page: Page, interval: string): Promise<void> =>
  page.locator('button[aria-pressed=true]', { hasText: new RegExp(`^${interval}$`) }).waitFor()

const downloaded = async (page: Page, button: string): Promise<Buffer> => {
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: button, exact: true }).click()
  return readFile(await (await coming).path())
}

/** Goes back in time by keys. One that is pressed before the chart has its place means nothing: a reader presses it again. */
const goBack = async (page: Page): Promise<void> => {
  const hasMoved = (): boolean => page.url().includes('span=')
  for (let tries = 0; tries < TRIES && !hasMoved(); tries++) {
    for (let n = 0; n < 3; n++) await page.keyboard.press('ArrowLeft')
    await eventually(hasMoved, () => page.url(), 3_000).catch(() => undefined)
  }
  await isAt(page, 'span=')
}

/** The address with that in it, once it no longer moves. */
const restingAt = async (page: Page, part: string): Promise<string> => {
  let last = ''
  await eventually(async () => {
    const before = last
    last = page.url()
    await page.waitForTimeout(600)
    return last.includes(part) && last === before
  })
  return last
}

/** What a reader does with a chart. */
export const chart: readonly Scenario[] = [
  [
    'a chart begins with history on the screen',
    async ({ page, open }) => {
      const start = Date.now()
      await open('/chart')
      await hasCandles(page, HISTORY)
      await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
      process.stderr.write(`first ${await candlesOn(page)} candles on the screen after ${Date.now() - start} ms\n`)
    }
  ],
  [
    'candles from before ours began are marked as the exchange’s own',
    async ({ page, open }) => {
      await open('/chart')
      await page.locator('.chart-notes', { hasText: /grey: the exchange's own \(\d+\)/ }).waitFor()
    }
  ],
  [
    'the newest candle moves, in figures and in the picture',
    async ({ page, open }) => {
      await open('/chart')
      await hasCandles(page, HISTORY)
      const host = page.locator('.chart-host')
      const before = await host.screenshot()
      await changes(() => page.locator('.legend-row[data-open-time]').textContent())
      await eventually(async () => !(await host.screenshot()).equals(before))
    }
  ],
  [
    'a symbol and an interval are taken with the mouse, and the legend tells the candle that is pointed at',
    async ({ page, open, instruments }) => {
      const second = instruments[1]!
      await open('/chart')
      await hasCandles(page, HISTORY)
      await page.locator('.symbol-search input').click()
      await page.getByRole('option', { name: second.symbol }).click()
      await isAt(page, `instrument=${keyOf(second)}`)
      await hasCandles(page)
      const legend = page.locator('.legend-row[data-open-time]')
      const newest = Number(await legend.getAttribute('data-open-time'))
      const box = await page.locator('.chart-host').boundingBox()
      await page.mouse.move(box!.x + box!.width * 0.7, box!.y + 100)
      await eventually(async () => Number(await legend.getAttribute('data-open-time')) < newest)
      await page.getByRole('button', { name: '5m', exact: true }).click()
      await chosen(page, '5m')
      await isAt(page, 'interval=5m')
      await hasCandles(page)
    }
  ],
  [
    'a symbol is found and an interval taken by keys alone, and the way back leads back',
    async ({ page, open, instruments }) => {
      const second = instruments[1]!
      await open('/chart')
      await hasCandles(page, HISTORY)
      await page.keyboard.press('/')
      await page.keyboard.type(second.symbol.split('/')[0]!.toLowerCase())
      await page.keyboard.press('Enter')
      await page.keyboard.press(String(second.intervals.indexOf('5m') + 1))
      await isAt(page, `instrument=${keyOf(second)}&interval=5m`)
      await chosen(page, '5m')
      await page.goBack()
      await isAt(page, 'interval=1m')
    }
  ],
  [
    'moving to the left end loads older candles, and the address then names the timeRange that is shown',
    async ({ page, open }) => {
      await open('/chart')
      await hasCandles(page, HISTORY)
      // A page that came before its history has asked for what is older by itself.
      const wanted = Math.min(STORED, (await candlesOn(page)) + 100)
      await holdLeft(page, async () => (await candlesOn(page)) >= wanted && page.url().includes('span='))
      const link = await restingAt(page, 'span=')
      await page.goto(link)
      await hasCandles(page, wanted)
      await eventually(() => page.url() === link)
    }
  ],
  [
    'the candles on the screen are downloaded as CSV, the same bytes that the API gives',
    async ({ page, open }) => {
      await open('/chart')
      await hasCandles(page, HISTORY)
      await goBack(page)
      const asked = page.waitForRequest(/candles\.csv/)
      const csv = String(await downloaded(page, 'CSV'))
      const address = (await asked).url()
      expect(csv).toBe(await (await fetch(address)).text())
      const json = await (await fetch(address.replace('.csv', ''))).json()
      const { candles } = json as { readonly candles: readonly Row[] }
      const rows = csv.trim().split('\n').slice(1)
      expect(rows.length).toBe(candles.length)
      expect(rows.length).toBeGreaterThan(DOWNLOAD_ROWS)
      const times = candles.map(({ openTime }) => openTime)
      expect(page.url()).toContain(`span=${times[0]},${times.at(-1)}`)
      for (const [n, row] of rows.entries()) expect(row.split(',')).toContain(candles[n]?.close)
    }
  ],
  [
    'the chart is downloaded as a picture',
    async ({ page, open }) => {
      await open('/chart')
      await hasCandles(page, HISTORY)
      const png = await downloaded(page, 'PNG')
      expect(png.subarray(1, 4).toString()).toBe('PNG')
      expect(png.readUInt32BE(16)).toBeGreaterThan(800)
    }
  ]
]
