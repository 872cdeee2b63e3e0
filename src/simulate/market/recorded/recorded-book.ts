import type { Book, Levels } from '../market.ts'
import type { RecordedFrame } from './recorded-frames.ts'

type Data = RecordedFrame['data']

const isLevel = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string'

const levels = (value: unknown): Levels => (Array.isArray(value) ? value.filter(isLevel) : [])

const put = (side: Map<string, string>, changed: Levels): void => {
  for (const [price, size] of changed) {
    if (Number(size) === 0) side.delete(price)
    else side.set(price, size)
  }
}

const ranked = (side: ReadonlyMap<string, string>, direction: 1 | -1): Levels =>
  [...side].sort(([a], [b]) => direction * (Number(a) - Number(b)))

/** The book of a recording: its snapshot and the differences played so far. */
export const createRecordedBook = (snapshot: Data | null) => {
  const bids = new Map(levels(snapshot?.bids))
  const asks = new Map(levels(snapshot?.asks))
  let id = typeof snapshot?.lastUpdateId === 'number' ? snapshot.lastUpdateId : 0
  let book: Book | null = null
  return {
    /** Takes differences; those older than the book, and all else, leave it alone. */
    apply: (data: Data): void => {
      if (data.e !== 'depthUpdate' || typeof data.u !== 'number' || data.u <= id) return
      put(bids, levels(data.b))
      put(asks, levels(data.a))
      id = data.u
      book = null
    },
    now: (): Book => {
      book ??= { id, bids: ranked(bids, -1), asks: ranked(asks, 1) }
      return book
    }
  }
}
