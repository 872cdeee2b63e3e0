import type { Instrument } from '../../../market/instrument.ts'
import type { BookSnapshot, RequestedBook } from '../../exchange.ts'
import { fail, isFields, type Unchecked, wholeNumber } from '../../fields.ts'
import { type BinanceMarket, querySymbol, streamPrefix } from '../market.ts'
import { levels } from '../stream/levels.ts'
import type { BinanceDepthSnapshot } from '../wire.ts'

/**
 * More levels would cost so much that nothing is left for gaps in the trades. 1000 reach far enough for the best ten, and a book that
 * outruns them takes the next snapshot while it still holds.
 */
const LEVELS = 1000

const decodeSnapshot = (body: unknown): BookSnapshot => {
  if (!isFields(body)) return fail('snapshot', body, 'an object')
  const data: Unchecked<BinanceDepthSnapshot> = body
  return {
    lastId: wholeNumber('lastUpdateId', data.lastUpdateId, 'an update id'),
    bids: levels('bids', data.bids),
    asks: levels('asks', data.asks)
  }
}

/**
 * The books of a market; `cost`: that of a snapshot.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#how-to-manage-a-local-order-book-correctly
 */
export const createBook = (market: BinanceMarket, cost: number) =>
  ({
    stream: (instrument: Instrument) => `${streamPrefix(market, instrument)}@depth@100ms`,
    snapshot: instrument => ({
      path: `${market.rest}/depth?symbol=${querySymbol(market, instrument)}&limit=${LEVELS}`,
      cost
    }),
    snapshotLevels: LEVELS,
    decodeSnapshot
  }) satisfies RequestedBook
