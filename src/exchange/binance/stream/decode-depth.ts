import type { Instrument } from '../../../market/instrument.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { MarketEvent } from '../../exchange.ts'
import { fail, time, type Unchecked, wholeNumber } from '../../fields.ts'
import type { BinanceDepthUpdate } from '../wire.ts'
import { levels } from './levels.ts'

/** A change of the order book. Throws `TS-DATA` that names the bad field. */
export const depthFrame = (
  data: Unchecked<BinanceDepthUpdate>,
  instrument: Instrument,
  receivedAt: EpochMs
): Extract<MarketEvent, { kind: 'depth' }> => {
  const firstId = wholeNumber('U', data.U, 'an update id')
  const lastId = wholeNumber('u', data.u, 'an update id')
  if (firstId > lastId) return fail('U', firstId, `at most u, which is ${lastId}`)
  const eventTime = time('E', data.E, receivedAt)
  return {
    kind: 'depth',
    instrument,
    firstId,
    lastId,
    time: eventTime,
    bids: levels('b', data.b),
    asks: levels('a', data.a)
  }
}
