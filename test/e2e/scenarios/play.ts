import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { findBrowser, startBrowser, WHY_NO_BROWSER } from '../../support/browser.ts'
import type { DashboardServer, ListedInstrument, Scenario, Scene } from './scenario.ts'

/** A server that goes away is complained of by the browser; that is what such a scenario is about. */
const EXPECTED = /WebSocket|ERR_|Failed to load resource/

const SCENARIO_MS = 240_000

const instrumentsOf = async ({ url }: DashboardServer): Promise<readonly ListedInstrument[]> => {
  const answer = await fetch(`${url}/api/v1/instruments`)
  const { instruments } = (await answer.json()) as { readonly instruments: readonly ListedInstrument[] }
  return instruments
}

/** Plays scenarios in a browser, each in a tab of its own, on a dashboard that `start` brings. The page must not complain. */
export const play = (title: string, scenarios: readonly Scenario[], start: () => Promise<DashboardServer>): void => {
  const here = findBrowser() === null ? describe.skip : describe
  if (findBrowser() === null) process.stderr.write(`${title}: ${WHY_NO_BROWSER}\n`)
  here(title, () => {
    let browser: Browser
    let server: DashboardServer
    let instruments: readonly ListedInstrument[]
    let context: BrowserContext
    let page: Page
    let complaints: string[]

    beforeAll(async () => {
      browser = await startBrowser()
      server = await start()
      instruments = await instrumentsOf(server)
    }, SCENARIO_MS)
    beforeEach(async () => {
      complaints = []
      context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })
      page = await context.newPage()
      page.on('pageerror', error => complaints.push(String(error)))
      page.on('console', said => said.type() === 'error' && complaints.push(said.text()))
    })
    afterEach(async () => {
      await context.close()
      expect(complaints.filter(text => !EXPECTED.test(text))).toEqual([])
    })
    afterAll(async () => {
      await browser?.close()
      await server?.stop()
    })

    const sceneNow = (): Scene => ({
      page,
      server,
      instruments,
      open: async path => void (await page.goto(server.url + path))
    })
    for (const [name, act] of scenarios) test(name, () => act(sceneNow()), SCENARIO_MS)
  })
}
