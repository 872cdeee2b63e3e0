import type { VenueProtocol } from '../venue-protocol.ts'
import { coinbaseRest } from './coinbase-rest.ts'
import { coinbaseSockets } from './coinbase-sockets.ts'

/** Coinbase Exchange: its feed, and its public REST interface. */
export const coinbase: VenueProtocol = {
  id: 'coinbaseexchange',
  nativeOf: symbol => (/^[^/:]+\/[^/:]+$/.test(symbol) ? symbol.replace('/', '-') : null),
  usual: ['BTC/USD', 'ETH/USD'],
  sockets: coinbaseSockets,
  rest: coinbaseRest
}
