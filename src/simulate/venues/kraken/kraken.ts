import type { VenueProtocol } from '../venue-protocol.ts'
import { krakenRest } from './kraken-rest.ts'
import { krakenSockets } from './kraken-sockets.ts'

/** Kraken spot: the second version of its socket, and its public REST interface. */
export const kraken: VenueProtocol = {
  id: 'kraken',
  nativeOf: symbol => (/^[^/:]+\/[^/:]+$/.test(symbol) ? symbol : null),
  usual: ['BTC/USD', 'ETH/USD'],
  sockets: krakenSockets,
  rest: krakenRest
}
