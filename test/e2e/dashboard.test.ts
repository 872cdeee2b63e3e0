import { expect } from '@jest/globals'
import { eventually } from '../support/eventually.ts'
import { minuteBefore } from '../support/fake-answers.ts'
import { type FakeGateway, startFakeGateway } from '../support/fake-gateway.ts'
import { fakeAlert, fakeComposite } from '../support/fake-records.ts'
import { chart } from './scenarios/chart.ts'
import { connection } from './scenarios/connection.ts'
import { looks } from './scenarios/looks.ts'
import { play } from './scenarios/play.ts'
import { candlesOn, type DashboardServer, hasCandles, holdLeft, type Scenario } from './scenarios/scenario.ts'
import { work } from './scenarios/work.ts'

let gateway: FakeGateway

const start = async (): Promise<DashboardServer> => {
  gateway = await startFakeGateway()
  const { url } = gateway
  const restart = async (): Promise<void> => {
    gateway = await startFakeGateway({ port: Number(new URL(url).port) })
  }
  return { url, kill: () => gateway.close(), restart, stop: () => gateway.close() }
}

const withGateway = async (
  options: Parameters<typeof startFakeGateway>[0],
  act: (other: FakeGateway) => Promise<void>
): Promise<void> => {
  const other = await startFakeGateway(options)
  try {
    await act(other)
  } finally {
    await other.close()
  }
}

/** What only an invented gateway can be made to do. */
const invented: readonly Scenario[] = [
  [
    'a chart shows its symbol across venues, live, and nothing of it where one venue alone trades it',
    ({ page }) =>
      withGateway({}, async other => {
        await page.goto(`${other.url}/chart`)
        const card = page.locator('.venues-card')
        await card.getByText('BTC/USDT across venues').waitFor()
        await card.locator('tr[data-venue=sim][aria-current=true]', { hasText: '60.0 %' }).waitFor()
        await card.getByText('sim-bitstamp since').waitFor()
        other.tell('composites', [fakeComposite('BTC/USDT', minuteBefore(Date.now()), { missing: [], revision: 5 })])
        await page.locator('.venues-card[data-revision="5"]', { hasText: 'all are here' }).waitFor()
        await page.goto(`${other.url}/chart?instrument=sim:SOL/USDT`)
        await hasCandles(page, 400)
        expect(await card.count()).toBe(0)
      })
  ],
  [
    'a gateway that wants a token is given one, which is forgotten with the tab',
    ({ page }) =>
      withGateway({ token: 'secret' }, async locked => {
        await page.goto(locked.url)
        await page.getByLabel('Token').fill('secret')
        await page.getByRole('button', { name: 'Open' }).click()
        await page.locator('tr[data-instrument="sim:BTC/USDT"]').waitFor()
        expect(await page.evaluate('localStorage.length')).toBe(1)
      })
  ],
  [
    'a cold start shows candles as soon as the exchange’s own are there, without a hand being moved',
    ({ page }) =>
      withGateway({ isCold: true }, async cold => {
        await page.goto(`${cold.url}/chart`)
        await page.getByText('no candle is stored yet').waitFor()
        cold.market.isCold = false
        await hasCandles(page, 400)
        await page.getByText("the exchange's own").waitFor()
      })
  ],
  [
    'history that is stored late comes to the left end, where there was none a moment ago, without a hand being moved',
    ({ page }) =>
      withGateway({}, async other => {
        await page.goto(`${other.url}/chart`)
        await hasCandles(page, 400)
        const atFirst = await candlesOn(page)
        other.market.isCold = true
        let isAsked = false
        page.on('requestfinished', request => {
          isAsked ||= /candles\?.*to=/.test(request.url())
        })
        await holdLeft(page, () => isAsked)
        other.market.isCold = false
        await hasCandles(page, atFirst + 100)
      })
  ],
  [
    'a gateway whose broker is silent is told of by shape and word, with its age, and so is its return',
    async ({ page, open }) => {
      await open('/')
      await page.locator('.trust-live').waitFor()
      gateway.market.state = { state: 'stalled', ageMs: 12_000 }
      await page.locator('.trust-stalled', { hasText: /stalled, 1\d s old/ }).waitFor({ timeout: 5_000 })
      await page.getByText('What is shown stands still').waitFor()
      gateway.market.state = { state: 'live', ageMs: 40 }
      await page.locator('.trust-live').waitFor({ timeout: 5_000 })
    }
  ],
  [
    'data that are minutes old are never live, whatever the connection is',
    async ({ page, open }) => {
      gateway.market.dataAgeMs = 180_000
      await open('/')
      await page.locator('.trust-stalled', { hasText: '3 min old' }).waitFor()
      gateway.market.dataAgeMs = 150
      await page.locator('.trust-live').waitFor({ timeout: 5_000 })
    }
  ],
  [
    'a page that is opened while the gateway warms up is whole when that is over, without a hand being moved',
    ({ page }) =>
      withGateway({ isCold: true }, async cold => {
        cold.market.state = { state: 'warming', ageMs: null }
        await page.goto(`${cold.url}/chart`)
        await page.locator('.trust-warming', { hasText: 'catching up' }).waitFor()
        cold.market.isCold = false
        cold.market.state = { state: 'live', ageMs: 40 }
        await page.locator('.trust-live').waitFor({ timeout: 5_000 })
        await hasCandles(page, 400)
      })
  ],
  [
    'a hole, a candle from history and one that was corrected are marked on the chart, and told in words',
    async ({ page, open }) => {
      await open('/chart')
      await hasCandles(page, 400)
      for (const words of ['gap: trades are missing', 'backfilled: whole', 'revised: corrected'])
        await page.locator('.chart-notes', { hasText: words }).waitFor()
    }
  ],
  [
    'a feed that is not whole is named on the page on data quality, in the watchlist and on its chart',
    ({ page }) =>
      withGateway({ isWhole: false }, async lacking => {
        const words = '1 gap is being filled, 37 trades are missing'
        await page.goto(`${lacking.url}/quality`)
        await page.locator('.verdict[data-whole=false]', { hasText: `SOL/USDT: ${words}` }).waitFor()
        await page.goto(lacking.url)
        await page.locator('tr[data-instrument="sim:SOL/USDT"] .lack', { hasText: words }).waitFor()
        expect(await page.locator('.lack').count()).toBe(1)
        await page.goto(`${lacking.url}/chart?instrument=sim:SOL/USDT`)
        await page.locator('.feed-trust.lacks', { hasText: words }).waitFor()
      })
  ],
  [
    'an alert is said to who cannot see it, counted, and put aside',
    async ({ page, open }) => {
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
    }
  ],
  [
    'fifty symbols stay smooth: of five seconds less than a quarter goes into long tasks',
    ({ page }) =>
      withGateway({ symbols: Array.from({ length: 50 }, (_, n) => `C${n}/USDT`) }, async wide => {
        await page.goto(wide.url)
        await eventually(async () => (await page.locator('.watchlist .sparkline polyline').count()) === 50)
        const busy = await page.evaluate<number>(`new Promise(done => {
          let sum = 0
          new PerformanceObserver(list => list.getEntries().forEach(task => (sum += task.duration))).observe({ entryTypes: ['longtask'] })
          setTimeout(() => done(sum), 5000)
        })`)
        expect(busy).toBeLessThan(1_250)
      })
  ]
]

play('the dashboard in a browser', [...looks, ...chart, ...invented, ...work, ...connection], start)
