import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { seriousFindings } from '../support/accessibility.ts'
import { findBrowser, startBrowser, WHY_NO_BROWSER } from '../support/browser.ts'
import { eventually } from '../support/eventually.ts'
import { type FakeGateway, startFakeGateway } from '../support/fake-gateway.ts'
import { fakeAlert } from '../support/fake-records.ts'

const PAGES = ['/', '/chart', '/pairs', '/alerts', '/quality']

const here = findBrowser() === null ? describe.skip : describe
if (findBrowser() === null) process.stderr.write(`the dashboard in a browser: ${WHY_NO_BROWSER}\n`)

const candlesOn = async (page: Page): Promise<number> =>
  Number(await page.locator('.chart-host').getAttribute('data-candles'))

const hasCandles = (page: Page, least = 1): Promise<void> => eventually(async () => (await candlesOn(page)) >= least)

here('the dashboard in a browser', () => {
  let browser: Browser
  let gateway: FakeGateway
  let context: BrowserContext
  let page: Page
  let complaints: string[]
  const open = async (path: string): Promise<void> => void (await page.goto(gateway.url + path))

  beforeAll(async () => {
    browser = await startBrowser()
    gateway = await startFakeGateway()
  })
  beforeEach(async () => {
    complaints = []
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })
    page = await context.newPage()
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('console', said => said.type() === 'error' && complaints.push(said.text()))
  })
  afterEach(async () => {
    await context.close()
    expect(complaints.filter(text => !/WebSocket|ERR_|Failed to load resource/.test(text))).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.close()
  })

  test('every page has no serious finding of accessibility, dark and light', async () => {
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      for (const path of PAGES) {
        await open(path)
        await page.locator('.trust-live').waitFor()
        await page.locator('main .card').first().waitFor()
        expect({ path, scheme, found: await seriousFindings(page) }).toEqual({ path, scheme, found: [] })
      }
    }
  })

  test('no page is wider than a phone of 390 pixels', async () => {
    await page.setViewportSize({ width: 390, height: 800 })
    for (const path of PAGES) {
      await open(path)
      await page.locator('main .card').first().waitFor()
      const width = await page.evaluate<number>('document.documentElement.scrollWidth')
      expect({ path, width }).toEqual({ path, width: 390 })
    }
  })

  test('a symbol is found and an interval taken by keys alone, and the address says so', async () => {
    await open('/chart')
    await hasCandles(page, 100)
    await page.keyboard.press('/')
    await page.keyboard.type('sol')
    await page.keyboard.press('Enter')
    await page.keyboard.press('6')
    await eventually(() => page.url().includes('instrument=sim:SOL/USDT&interval=5m'))
    expect(await page.locator('button[aria-pressed=true]', { hasText: /^5m$/ }).count()).toBe(1)
    await page.goBack()
    await eventually(() => page.url().includes('interval=1m'))
  })

  test('moving to the left end loads older candles, and the address then names the stretch that is shown', async () => {
    await open('/chart')
    await hasCandles(page, 400)
    for (let n = 0; n < 12; n++) await page.keyboard.press('ArrowLeft')
    await hasCandles(page, 900)
    await eventually(() => page.url().includes('span='))
    const link = page.url()
    await page.goto(link)
    await hasCandles(page, 900)
    await eventually(() => page.url() === link)
  })

  test('a connection that breaks is said, and comes back with a fresh picture', async () => {
    await open('/')
    await page.locator('.trust-live').waitFor()
    const last = page.locator('tr[data-instrument="sim:BTC/USDT"] .last')
    await eventually(async () => /\d/.test((await last.textContent()) ?? ''))
    gateway.cut()
    await page.locator('.trust-reconnecting').waitFor()
    await page.locator('.trust-live').waitFor()
    const before = await last.textContent()
    await eventually(async () => (await last.textContent()) !== before)
  })

  test('a gateway that wants a token is given one, which is forgotten with the tab', async () => {
    const locked = await startFakeGateway({ token: 'secret' })
    try {
      await page.goto(locked.url)
      await page.getByLabel('Token').fill('secret')
      await page.getByRole('button', { name: 'Open' }).click()
      await page.locator('tr[data-instrument="sim:BTC/USDT"]').waitFor()
      expect(await page.evaluate('localStorage.length')).toBe(1)
    } finally {
      await locked.close()
    }
  })

  test('an alert is said to who cannot see it, counted, and put aside', async () => {
    await open('/alerts')
    await page.locator('.trust-live').waitFor()
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).click()
    gateway.tell('alerts', [{ ...fakeAlert('later', Date.now()), message: 'it has come to pass' }])
    await page.locator('[aria-live=polite]', { hasText: 'it has come to pass' }).waitFor()
    await page.locator('.count', { hasText: '1' }).waitFor()
    await page.getByRole('button', { name: 'Acknowledge all' }).click()
    await eventually(async () => (await page.locator('.count').count()) === 0)
    await page.reload()
    await page.getByText('acknowledged', { exact: true }).first().waitFor()
  })

  test('a rule that cannot be is explained field by field; it is made, changed and deleted', async () => {
    await open('/alerts')
    await page.getByRole('button', { name: 'New rule' }).click()
    await page.getByLabel('Name').fill('btc-high')
    await page.getByRole('button', { name: 'Make the rule' }).click()
    await page.getByText('above: give above or below').waitFor()
    await page.getByLabel('Fires above').fill('70000')
    await page.getByRole('button', { name: 'Make the rule' }).click()
    await page.getByRole('button', { name: 'Edit btc-high' }).click()
    await page.getByLabel('Fires above').fill('80000')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('[data-rule=btc-high]', { hasText: 'above 80000' }).waitFor()
    await page.getByRole('button', { name: 'Delete btc-high' }).click()
    await eventually(async () => (await page.locator('[data-rule]').count()) === 0)
  })

  test('fifty symbols stay smooth: of five seconds less than a quarter goes into long tasks', async () => {
    const symbols = Array.from({ length: 50 }, (_, n) => `C${n}/USDT`)
    const wide = await startFakeGateway({ symbols })
    try {
      await page.goto(wide.url)
      await eventually(async () => (await page.locator('.watchlist .sparkline polyline').count()) === 50)
      const busy = await page.evaluate<number>(`new Promise(done => {
        let sum = 0
        new PerformanceObserver(list => list.getEntries().forEach(task => (sum += task.duration))).observe({ entryTypes: ['longtask'] })
        setTimeout(() => done(sum), 5000)
      })`)
      expect(busy).toBeLessThan(1_250)
    } finally {
      await wide.close()
    }
  })

  test('the theme that is chosen is kept', async () => {
    await open('/')
    await page.getByLabel('Theme').selectOption('light')
    await page.reload()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('light')
  })
})
