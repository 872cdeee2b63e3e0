import type { Instrument } from '../../../market/instrument.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { MarketEvent } from '../../exchange.ts'
import { fail, type Unchecked, wholeNumber } from '../../fields.ts'
import { depthFrame } from '../stream/decode-depth.ts'
import type { BinanceDepthUpdate } from '../wire.ts'

/**
 * A change of a futures book. Its update ids have gaps, but it names the last one of the change before: it tells all since then.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/How-to-manage-a-local-order-book-correctly
 */
export const futuresDepthFrame = (
  data: Unchecked<BinanceDepthUpdate & { readonly pu: number }>,
  instrument: Instrument,
  receivedAt: EpochMs
): Extract<MarketEvent, { kind: 'depth' }> => {
  const diff = depthFrame(data, instrument, receivedAt)
  const before = wholeNumber('pu', data.pu, 'an update id')
  return before < diff.firstId
    ? { ...diff, firstId: before + 1 }
    : fail('pu', before, `below U, which is ${diff.firstId}`)
}
