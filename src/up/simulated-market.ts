import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasOwnUrls, urlSettings } from '../exchange/base-urls.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { exchangeById } from '../exchange/registry.ts'
import type { Config } from '../runtime/config/config.ts'

/** Where a simulated market of a running `up` is reached. */
type MarketAddress = { readonly ws: string; readonly rest: string }

/** By the id of the exchange. */
export type SimulatedMarkets = Readonly<Record<string, MarketAddress>>

const FILE = 'simulated-market.json'
const ANSWER_WITHIN_MS = 1_000

/** Says in DATA_DIR where `up` runs its simulated markets, for commands that are run beside it. The returned function takes it back. */
export const noteSimulated = (dataDir: string, markets: SimulatedMarkets): (() => void) => {
  const file = join(dataDir, FILE)
  writeFileSync(file, JSON.stringify(markets))
  return () => rmSync(file, { force: true })
}

const isAddress = (value: unknown): value is MarketAddress => {
  const { ws, rest } = (value ?? {}) as Partial<Record<keyof MarketAddress, unknown>>
  return typeof ws === 'string' && typeof rest === 'string'
}

const readMarkets = (dataDir: string): readonly (readonly [Exchange, MarketAddress])[] => {
  try {
    const markets = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as Readonly<Record<string, unknown>>
    return Object.entries(markets).flatMap(([id, address]) =>
      isAddress(address) ? [[exchangeById(id), address] as const] : []
    )
  } catch {
    return []
  }
}

const answers = async ({ rest: { ping } }: Exchange, { rest }: MarketAddress): Promise<boolean> => {
  const asked = fetch(rest + ping.path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
  return asked.then(({ ok }) => ok).catch(() => false)
}

/**
 * The settings with the simulated markets of the `up` that runs in DATA_DIR, which it says: unless the addresses of an exchange are set, or
 * none runs. Their instruments are of exchanges of their own, so that nothing is compared with another market.
 */
export const besideSimulated = async (config: Config, print: (text: string) => void): Promise<Config> => {
  const noted = readMarkets(config.dataDir).filter(([exchange]) => !hasOwnUrls(exchange, config.exchangeUrls))
  const answered = await Promise.all(noted.map(([exchange, address]) => answers(exchange, address)))
  const markets = noted.filter((_, i) => answered[i])
  if (markets.length === 0) return config
  const places = markets.map(([, { rest }]) => rest).join(', ')
  print(`taking the simulated market of the \`tickstream up\` in ${config.dataDir}, ${places}\n`)
  const settings = markets.map(([exchange, address]) => urlSettings(exchange, address))
  return { ...config, exchangeUrls: Object.assign({}, config.exchangeUrls, ...settings) }
}
