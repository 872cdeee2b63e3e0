import { composites as topic } from '../../../topics.ts'
import { measurement } from './measurement.ts'

/** What the venues of a symbol say together, without each of them; a higher revision takes the place of a lower one. */
export const composites = measurement({
  name: 'composite',
  topics: [topic],
  tags: ({ symbol, simulated, interval }) => ({ symbol, simulated: String(simulated), interval }),
  time: composite => composite.openTime,
  completedAt: composite => composite.closeTime,
  rank: composite => composite.revision,
  floats: ({ price, volume, quoteVolume, dispersionBps }) => ({
    price,
    volume,
    quote_volume: quoteVolume,
    dispersion_bps: dispersionBps
  }),
  counts: ({ venues, missing, revision }) => ({ venues: venues.length, missing: missing.length, revision })
})
