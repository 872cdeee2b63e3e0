import type { BookSnapshot, RequestedBook } from '../../../exchange/exchange.ts'
import type { Instrument } from '../../../market/instrument.ts'
import type { Rest } from '../../transport/rest.ts'

/** Snapshots of the order books of one exchange. */
export type Snapshots = {
  /** One attempt, in its turn; null when nobody wants it any more by then. Rejects when there is no answer that can be read. */
  readonly take: (instrument: Instrument, isWanted: () => boolean) => Promise<BookSnapshot | null>
}

/** The part of the request budget that must be free for a book: holes in the trades are filled first. */
const SHARE = 0.5

/** One at a time, so that history never waits behind more than one of them. */
export const createSnapshots = (book: RequestedBook | null, rest: Rest): Snapshots => {
  let turn: Promise<unknown> = Promise.resolve()
  const ask = async (instrument: Instrument, isWanted: () => boolean): Promise<BookSnapshot | null> =>
    book && isWanted() ? book.decodeSnapshot(await rest.ask(book.snapshot(instrument), SHARE)) : null
  return {
    take: (instrument, isWanted) => {
      const mine = turn.then(() => ask(instrument, isWanted))
      turn = mine.catch(() => undefined)
      return mine
    }
  }
}
