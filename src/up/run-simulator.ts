import { urlSettings } from '../exchange/base-urls.ts'
import { exchangeById } from '../exchange/registry.ts'
import { TickstreamError } from '../market/error.ts'
import { instrumentKey, parseInstrument } from '../market/instrument.ts'
import { pairKey } from '../market/pair.ts'
import type { Environment } from '../runtime/config/environment.ts'
import { poll } from './process/poll.ts'
import { startStage } from './process/stage-process.ts'
import type { Running } from './process/supervise.ts'
import type { Session } from './session.ts'
import { noteSimulated } from './simulated-market.ts'
import { stagePlan } from './stage-plan.ts'

const OPEN_WITHIN_MS = 20_000

const simulated = (key: string): string => instrumentKey({ exchange: 'sim', symbol: parseInstrument(key).symbol })

/** Where a simulated exchange is reached. */
type Address = { readonly ws: string; readonly rest: string; readonly port: number }

/** Runs the simulated market; with these settings ingest takes it for an exchange of its own name, so that nothing mixes with real trades. */
export const runSimulator = async (session: Session): Promise<Environment> => {
  const symbols = session.config.symbols.map(({ symbol }) => ({ exchange: 'sim', symbol }))
  const { ws, rest } = await keepOpen(session, symbols.map(({ symbol }) => symbol).join(','))
  session.host.signal.addEventListener('abort', noteSimulated(session.host.dataDir, { ws, rest }), { once: true })
  return {
    SYMBOLS: symbols.map(instrumentKey).join(','),
    PAIRS: session.config.pairs.map(({ a, b }) => pairKey({ a: simulated(a), b: simulated(b) })).join(','),
    ...urlSettings(exchangeById('sim'), { ws, rest })
  }
}

/** The first start takes any free port and says which, so it cannot be taken for another's; later ones open where ingest looks for them. */
const keepOpen = async (session: Session, symbols: string): Promise<Address> => {
  const open: { at: Address | null } = { at: null }
  const start = (): Running =>
    startStage({
      ...stagePlan(session, 'simulate', {}, ['--port', String(open.at?.port ?? 0), '--symbols', symbols]),
      onOutput: line => {
        open.at ??= addressIn(line)
      }
    })
  session.keepUp('simulate', start(), async () => start())
  const { clock, signal } = session.host
  await poll(() => open.at !== null, clock, { everyMs: 20, withinMs: OPEN_WITHIN_MS, signal })
  if (open.at) return open.at
  throw new TickstreamError('TS-SETUP', 'the simulated market does not open; see simulate.log in the folder of logs')
}

/** The address in a line that `simulate` writes for programs; null in any other. */
const addressIn = (line: string): Address | null => {
  try {
    const { ws, rest, port } = JSON.parse(line) as Partial<Record<keyof Address, unknown>>
    return typeof ws === 'string' && typeof rest === 'string' && typeof port === 'number' ? { ws, rest, port } : null
  } catch {
    return null
  }
}
