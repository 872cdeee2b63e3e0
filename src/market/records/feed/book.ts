import type { EpochMs } from '../../time.ts'
import { INSTRUMENT, id, levels, mark, type RecordTable, time } from '../fields.ts'

/** Price and quantity, both canonical decimals. */
export type BookLevel = readonly [price: string, quantity: string]

/** The best levels of a synchronised order book at one moment, best first. */
export type BookTop = {
  readonly exchange: string
  readonly symbol: string
  readonly time: EpochMs
  readonly receivedAt: EpochMs
  readonly lastUpdateId: string
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
  readonly stale?: true
}

export const BOOK_TOP: RecordTable<BookTop> = {
  name: 'BookTop',
  doc: 'The best levels of a synchronised order book at one moment',
  fields: {
    ...INSTRUMENT,
    time: time('event time of the newest change in it'),
    receivedAt: time('when ingest received that change'),
    lastUpdateId: id('the exchange’s id of that change; its time in milliseconds where it has none'),
    bids: levels('price and quantity of each bid, best first'),
    asks: levels('price and quantity of each ask, best first'),
    stale: mark('nothing is known, and no level stands in it', 'a change was missed, and the book is being built anew')
  }
}
