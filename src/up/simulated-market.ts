import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasOwnUrls, urlSettings } from '../exchange/base-urls.ts'
import { exchangeById } from '../exchange/registry.ts'
import type { Config } from '../runtime/config/config.ts'

/** Where the simulated market of a running `up` is reached. */
type MarketAddress = { readonly ws: string; readonly rest: string }

const EXCHANGE = exchangeById('sim')
const FILE = 'simulated-market.json'
const ANSWER_WITHIN_MS = 1_000

/** Says in DATA_DIR where `up` runs its simulated market, for commands that are run beside it. The returned function takes it back. */
export const noteSimulated = (dataDir: string, { ws, rest }: MarketAddress): (() => void) => {
  const file = join(dataDir, FILE)
  writeFileSync(file, JSON.stringify({ ws, rest }))
  return () => rmSync(file, { force: true })
}

const readAddress = (dataDir: string): MarketAddress | null => {
  try {
    const { ws, rest } = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as Partial<
      Record<keyof MarketAddress, unknown>
    >
    return typeof ws === 'string' && typeof rest === 'string' ? { ws, rest } : null
  } catch {
    return null
  }
}

const answers = async ({ rest }: MarketAddress): Promise<boolean> => {
  const asked = fetch(rest + EXCHANGE.rest.ping.path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
  return asked.then(({ ok }) => ok).catch(() => false)
}

/**
 * The settings with the simulated market of the `up` that runs in DATA_DIR, which it says: unless the addresses of an exchange are set, or
 * none runs. Its instruments are those of `sim`, so that nothing is compared with another market.
 */
export const besideSimulated = async (config: Config, say: (text: string) => void): Promise<Config> => {
  const place = hasOwnUrls(EXCHANGE, config.exchangeUrls) ? null : readAddress(config.dataDir)
  if (place === null || !(await answers(place))) return config
  say(`taking the simulated market of the \`tickstream up\` in ${config.dataDir}, ${place.rest}\n`)
  return { ...config, exchangeUrls: { ...config.exchangeUrls, ...urlSettings(EXCHANGE, place) } }
}
