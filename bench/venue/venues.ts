import { EXCHANGES } from '../../src/exchange/registry.ts'
import { isSimulated } from '../../src/market/instrument.ts'
import { type SimulatedVenue, simulatedVenue } from '../../src/simulate/venues/registry.ts'

/** Every venue that is followed. */
export const VENUE_IDS: readonly string[] = EXCHANGES.map(({ id }) => id).filter(id => !isSimulated(id))

export const benchVenue = simulatedVenue

/** Instruments of a venue, written as it writes the first that it usually lists. */
export const symbolsOf = ({ usual }: SimulatedVenue, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => usual[0]!.replaceAll('BTC', `C${n}`))
