import type { Page } from 'playwright-core'
import { eventually } from '../../support/eventually.ts'

/** A gateway with a dashboard: an invented one, or that of the running product. */
export type DashboardServer = {
  readonly url: string
  /** Ends the gateway without a word; nobody listens at its address any more. */
  readonly kill: () => Promise<void>
  /** Brings it back at the same address, or waits until it is back. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export type ListedInstrument = {
  readonly exchange: string
  readonly symbol: string
  readonly intervals: readonly string[]
}

/** A fresh tab on a dashboard whose market has at least two instruments. */
export type Scene = {
  readonly page: Page
  readonly server: DashboardServer
  readonly instruments: readonly ListedInstrument[]
  readonly open: (path: string) => Promise<void>
}

/** Something that a reader does, and what must come of it. */
export type Scenario = readonly [name: string, act: (scene: Scene) => Promise<void>]

export const PAGES = ['/', '/chart', '/pairs', '/alerts', '/quality', '/instruments']

/** How long a stream may take for what comes once a minute. */
export const MINUTES_MS = 150_000

export const keyOf = ({ exchange, symbol }: ListedInstrument): string => `${exchange}:${symbol}`

export const candlesOn = async (page: Page): Promise<number> =>
  Number(await page.locator('.chart-host').getAttribute('data-candles'))

export const hasCandles = (page: Page, least = 1): Promise<void> =>
  eventually(
    async () => (await candlesOn(page)) >= least,
    () => candlesOn(page)
  )

/** Waits until the address names something. */
export const isAt = (page: Page, part: string): Promise<void> =>
  eventually(
    () => page.url().includes(part),
    () => page.url()
  )

/** Waits until a text has changed. */
export const changes = async (text: () => Promise<string | null>): Promise<void> => {
  const before = await text()
  await eventually(async () => (await text()) !== before, text)
}

/** Goes to the left as with a key held down, until something is so: of what is pressed between two frames one is lost. */
export const holdLeft = (page: Page, until: () => boolean | Promise<boolean>): Promise<void> =>
  eventually(async () => {
    await page.keyboard.press('ArrowLeft')
    return until()
  })
