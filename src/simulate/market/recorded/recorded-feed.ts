import { canonicalDecimal } from '../../../market/decimal.ts'
import { TickstreamError } from '../../../market/error.ts'
import type { Listing } from '../listing.ts'
import type { Book, Feed, Print } from '../market.ts'
import { createRecordedBook } from './recorded-book.ts'
import type { RecordedFrame } from './recorded-frames.ts'

/** A frame with the market time at which it is played, epoch ms. */
export type TimedFrame = RecordedFrame & { readonly at: number; readonly print: Print | null }

/** A recorded symbol: its frames in order, and how to tell them. */
export type RecordedFeed = Feed & {
  readonly frames: readonly TimedFrame[]
  /** Adds to every time from now on, ms. */
  readonly shift: (ms: number) => void
  /** The frame has been sent: its trade is history, its differences are in the book. */
  readonly emit: (frame: TimedFrame) => void
}

const QUOTES = ['USDT', 'FDUSD', 'USDC', 'TUSD', 'BUSD', 'BTC', 'ETH', 'BNB', 'EUR', 'TRY', 'USD']

const decimalsOf = (text: string): number => {
  const point = text.indexOf('.')
  return point < 0 ? 0 : text.length - point - 1
}

/** As fine as the finest price and size that the recording has. */
const listRecorded = (symbol: string, trades: readonly RecordedFrame[]): Listing => {
  const native = symbol.toUpperCase()
  const quote = QUOTES.find(name => native.endsWith(name) && native.length > name.length) ?? ''
  const finest = (field: 'p' | 'q'): number =>
    trades.reduce((most, { data }) => Math.max(most, decimalsOf(canonicalDecimal(data[field]))), 0)
  const base = native.slice(0, native.length - quote.length)
  return {
    native,
    symbol: `${base}/${quote}`,
    base,
    quote,
    priceDigits: finest('p'),
    quantityDigits: finest('q'),
    level: 0
  }
}

const unitsOf = (value: unknown, digits: number): number => {
  const [units = '', fraction = ''] = canonicalDecimal(value).split('.')
  return Number(units + fraction.padEnd(digits, '0'))
}

const toPrint = (data: RecordedFrame['data'], { native, priceDigits, quantityDigits }: Listing): Print => {
  const { t, T, m } = data
  if (typeof t !== 'number' || typeof T !== 'number' || typeof m !== 'boolean')
    throw new TickstreamError('TS-CONFIG', `a recorded trade of ${native} lacks t, T or m: ${JSON.stringify(data)}`)
  return { id: t, time: T, ticks: unitsOf(data.p, priceDigits), lots: unitsOf(data.q, quantityDigits), sell: m }
}

/** Frames without a time of their own come with the ones before them. */
const timed = (frames: readonly RecordedFrame[], listing: Listing): TimedFrame[] => {
  const first = frames.find(frame => typeof frame.data.E === 'number')?.data.E
  let at = typeof first === 'number' ? first : 0
  return frames.map(frame => {
    if (typeof frame.data.E === 'number') at = Math.max(at, frame.data.E)
    return { ...frame, at, print: frame.channel === 'trade' ? toPrint(frame.data, listing) : null }
  })
}

/** First index of the first `count` prints whose `field` is at least `wanted`; `count` when there is none. */
const firstFrom = (prints: readonly Print[], count: number, field: 'id' | 'time', wanted: number): number => {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (prints[middle]![field] < wanted) low = middle + 1
    else high = middle
  }
  return low
}

const STREAMED = /^(trade|depth(@100ms)?|bookTicker)$/

/** The frames of one symbol and the snapshot of its book, if there is one. */
export const createRecordedFeed = (symbol: string, recorded: readonly RecordedFrame[]): RecordedFeed => {
  const listing = listRecorded(
    symbol,
    recorded.filter(frame => frame.channel === 'trade')
  )
  const frames = timed(recorded, listing).filter(frame => STREAMED.test(frame.channel))
  const prints = frames.flatMap(frame => frame.print ?? []).sort((a, b) => a.id - b.id)
  const book = createRecordedBook(recorded.find(frame => frame.channel === '')?.data ?? null)
  const firstId = prints[0]!.id
  let emitted = 0
  let offset = 0
  const endId = (): number => (emitted === 0 ? firstId : prints[emitted - 1]!.id + 1)
  return {
    listing,
    frames,
    shift: ms => {
      offset = ms
    },
    emit: frame => {
      if (frame.print) emitted++
      else book.apply(frame.data)
    },
    firstId: () => firstId,
    endId,
    idAt: time => {
      const index = firstFrom(prints, emitted, 'time', time - offset)
      return index < emitted ? prints[index]!.id : endId()
    },
    visit: (fromId, toId, each) => {
      for (let i = firstFrom(prints, emitted, 'id', fromId); i < emitted && prints[i]!.id < toId; i++) {
        const print = prints[i]!
        each(offset === 0 ? print : { ...print, time: print.time + offset })
      }
    },
    book: (): Book => book.now()
  }
}
