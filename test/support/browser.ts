import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The browser of CHROMIUM_PATH, or the first that is on PATH; null when there is none. */
export const findBrowser = (): string | null => {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = [process.env.CHROMIUM_PATH ?? '', ...NAMES.flatMap(name => folders.map(path => join(path, name)))]
  return places.filter(path => path !== '').find(isProgram) ?? null
}

/** Why there is no browser here, for whoever reads that its tests were left out. */
export const WHY_NO_BROWSER = `left out: there is no Chromium on PATH (${NAMES.join(', ')}) nor at CHROMIUM_PATH`

/** Starts the browser. Whoever starts it closes it. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findBrowser() ?? '', args: FLAGS })
