import { EXCHANGES } from '../../src/exchange/registry.ts'
import { isSimulated } from '../../src/market/instrument.ts'
import { openVenue, SIMULATED_VENUES, type SimulatedVenue } from '../../src/simulate/venues/registry.ts'
import { hyperliquid } from './hyperliquid.ts'
import { krakenFutures } from './kraken-futures.ts'

/** Those that can be simulated whole, and the sockets alone of the others. */
const VENUES: readonly SimulatedVenue[] = [
  ...SIMULATED_VENUES,
  ...[hyperliquid, krakenFutures].map(protocol => ({ ...protocol, front: openVenue(protocol) }))
]

/** Every venue that is followed. */
export const VENUE_IDS: readonly string[] = EXCHANGES.map(({ id }) => id).filter(id => !isSimulated(id))

export const benchVenue = (id: string): SimulatedVenue => {
  const found = VENUES.find(venue => venue.id === id)
  if (found) return found
  throw new Error(`no frames of ${id}; --venue is one of ${VENUES.map(venue => venue.id).join(', ')}, or all`)
}

/** Where the frames of a venue come from. */
export const framesOf = (id: string): string =>
  SIMULATED_VENUES.some(venue => venue.id === id) ? 'of the simulated venue' : 'in the form of the recorded ones'

/** Instruments of a venue, written as it writes the first that it usually lists. */
export const symbolsOf = ({ usual }: SimulatedVenue, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => usual[0]!.replace('BTC', `C${n}`))
