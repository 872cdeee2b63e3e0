import type { VenueProtocol } from '../../src/simulate/venues/venue-protocol.ts'

/** REST of a venue whose sockets alone are shown: it knows nothing. */
export const NO_REST: VenueProtocol['rest'] = {
  limit: { max: 1_000_000, perMs: 1_000 },
  costOf: () => 1,
  answer: () => ({ status: 404, body: '{}' }),
  tooMany: () => ({ status: 429, body: '{}' }),
  outOfOrder: { status: 503, body: '{}' }
}
