import type { Instrument } from '../../../market/instrument.ts'
import type { BookInterface, BookSnapshot } from '../../exchange.ts'
import { fail, isFields, type Unchecked, wholeNumber } from '../../fields.ts'
import { nativeSymbol, querySymbol } from '../native-symbol.ts'
import { levels } from '../stream/levels.ts'
import type { BinanceDepthSnapshot } from '../wire.ts'

/**
 * 5000 levels would cost 250: twenty books a minute, and nothing left for holes in the trades. 1000 levels reach far enough for the
 * best ten, and a book that outruns them takes the next snapshot while it still holds.
 */
const LEVELS = 1000
const COST = 50

const decodeSnapshot = (body: unknown): BookSnapshot => {
  if (!isFields(body)) return fail('snapshot', body, 'an object')
  const data: Unchecked<BinanceDepthSnapshot> = body
  return {
    lastId: wholeNumber('lastUpdateId', data.lastUpdateId, 'an update id'),
    bids: levels('bids', data.bids),
    asks: levels('asks', data.asks)
  }
}

/** https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly */
export const binanceBook = {
  stream: (of: Instrument) => `${nativeSymbol(of).toLowerCase()}@depth@100ms`,
  snapshot: of => ({ path: `/api/v3/depth?symbol=${querySymbol(of)}&limit=${LEVELS}`, cost: COST }),
  snapshotLevels: LEVELS,
  decodeSnapshot
} satisfies BookInterface
