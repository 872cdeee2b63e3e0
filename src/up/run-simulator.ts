import { join } from 'node:path'
import { urlSettings } from '../exchange/base-urls.ts'
import { exchangeById } from '../exchange/registry.ts'
import { TickstreamError } from '../market/error.ts'
import { type Instrument, instrumentKey, parseInstrument, SIM, simulatedId, venueOf } from '../market/instrument.ts'
import { pairKey } from '../market/pair.ts'
import type { Environment } from '../runtime/config/environment.ts'
import { inventedFor } from '../runtime/config/symbol-pattern.ts'
import { poll } from './process/poll.ts'
import { startStage } from './process/stage-process.ts'
import type { Running } from './process/supervise.ts'
import type { Session } from './session.ts'
import { noteSimulated } from './simulated-market.ts'
import { stagePlan } from './stage-plan.ts'

const OPEN_WITHIN_MS = 20_000

const simulated = ({ exchange, symbol }: Instrument): Instrument => ({ exchange: simulatedId(exchange), symbol })

const simulatedKey = (key: string): string => instrumentKey(simulated(parseInstrument(key)))

/** Where a simulated exchange is reached. */
type Address = { readonly ws: string; readonly rest: string; readonly port: number }

/** Runs a simulated market for each venue; with these settings ingest takes it for an exchange of its own, so that nothing mixes with real trades. */
export const runSimulator = async (session: Session): Promise<Environment> => {
  const { pairs, symbols, symbolPatterns } = session.config
  // Not every simulated venue can be asked for its whole list, so ingest is told what the patterns mean here.
  const instruments = [...symbols, ...symbolPatterns.flatMap(inventedFor)].map(simulated)
  const markets: Record<string, Address> = {}
  for (const [id, group] of Map.groupBy(instruments, ({ exchange }) => exchange))
    markets[id] = await keepOpen(session, id, [...new Set(group.map(({ symbol }) => symbol))].join(','))
  session.host.signal.addEventListener('abort', noteSimulated(session.host.dataDir, markets), { once: true })
  return {
    SYMBOLS: [...new Set(instruments.map(instrumentKey))].join(','),
    PAIRS: pairs.map(({ a, b }) => pairKey({ a: simulatedKey(a), b: simulatedKey(b) })).join(','),
    ...Object.assign({}, ...Object.entries(markets).map(([id, address]) => urlSettings(exchangeById(id), address)))
  }
}

/** The first start takes any free port and says which, so it cannot be taken for another's; later ones open where ingest looks for them. */
const keepOpen = async (session: Session, id: string, symbols: string): Promise<Address> => {
  const open: { at: Address | null } = { at: null }
  const venue = venueOf(id)
  const name = id === SIM ? 'simulate' : `simulate ${venue}`
  const logPath = join(session.host.dataDir, 'logs', `${name.replace(' ', '-')}.log`)
  const start = (): Running =>
    startStage({
      ...stagePlan(session, 'simulate', {}, [
        ...['--venue', venue, '--port', String(open.at?.port ?? 0)],
        ...['--symbols', symbols]
      ]),
      logPath,
      print: line => session.host.print(`${name}: ${line}`),
      onOutput: line => {
        open.at ??= addressIn(line)
      }
    })
  const { hopeless } = session.keepRunning(name, start(), async () => start())
  const { clock, signal } = session.host
  const isOpen = poll(() => open.at !== null, clock, { everyMs: 20, withinMs: OPEN_WITHIN_MS, signal })
  await Promise.race([isOpen, hopeless])
  if (open.at) return open.at
  throw new TickstreamError('TS-SETUP', `the simulated market does not open; see ${logPath}`)
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
