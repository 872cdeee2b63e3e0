import type { Instrument } from '../../../market/instrument.ts'

/** Streams are named as channel and symbol: `trade BTC/USD`. */
export const streamName = (channel: string, symbol: string): string => `${channel} ${symbol}`

export const tradeStream = ({ symbol }: Instrument): string => streamName('trade', symbol)

export const bookStream = ({ symbol }: Instrument): string => streamName('book', symbol)

export const klineStream = ({ symbol }: Instrument): string => streamName('ohlc', symbol)

/** Levels a side of a book: the least that it offers, and as many as its checksum covers. */
export const BOOK_DEPTH = 10

/** Snapshots of trades and candles would repeat what history has as well. */
const PARAMS: Readonly<Record<string, object>> = {
  trade: { snapshot: false },
  ohlc: { interval: 1, snapshot: false },
  book: { depth: BOOK_DEPTH, snapshot: true }
}

const request = (method: string, params: object, id?: number): string => JSON.stringify({ method, params, req_id: id })

/** Every symbol is answered by itself. */
export const subscribe = (streams: readonly string[], id: number): readonly string[] => {
  const named = streams.map(stream => stream.split(' ') as [string, string])
  const channels = Map.groupBy(named, ([channel]) => channel)
  return [...channels].map(([channel, group]) =>
    request('subscribe', { channel, symbol: group.map(([, symbol]) => symbol), ...PARAMS[channel] }, id)
  )
}

/** A book begins with a snapshot when it is subscribed to. */
export const renewBook = ({ symbol }: Instrument): readonly string[] => {
  const book = { channel: 'book', symbol: [symbol] }
  return [request('unsubscribe', { ...book, depth: BOOK_DEPTH }), request('subscribe', { ...book, ...PARAMS.book })]
}
