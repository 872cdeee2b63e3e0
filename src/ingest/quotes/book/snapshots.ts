import type { BookSnapshot, RequestedBook } from '../../../exchange/exchange.ts'
import type { Instrument } from '../../../market/instrument.ts'
import type { Rest } from '../../transport/rest.ts'

/** Snapshots of the order books of one exchange. */
export type Snapshots = {
  /** One attempt, one at a time; null when nobody wants it any more by then. Rejects when there is no answer that can be read. */
  readonly fetch: (instrument: Instrument, isWanted: () => boolean) => Promise<BookSnapshot | null>
}

/** The part of the request budget that must be free for a book: gaps in the trades are filled first. */
const SHARE = 0.5

/** One at a time, so that history never waits behind more than one of them. */
export const createSnapshots = (book: RequestedBook | null, rest: Rest): Snapshots => {
  let queue: Promise<unknown> = Promise.resolve()
  const ask = async (instrument: Instrument, isWanted: () => boolean): Promise<BookSnapshot | null> =>
    book && isWanted() ? book.decodeSnapshot(await rest.ask(book.snapshot(instrument), SHARE), instrument) : null
  return {
    fetch: (instrument, isWanted) => {
      const mine = queue.then(() => ask(instrument, isWanted))
      queue = mine.catch(() => undefined)
      return mine
    }
  }
}
