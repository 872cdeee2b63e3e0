import type { WireCandle, WireDay } from '../../../../exchange/binance/stream/encode.ts'
import type { Listing } from '../../../market/listing.ts'
import type { Print } from '../../../market/market.ts'
import type { Route } from '../rest/route.ts'

/** What a socket's address asks for. */
export type Asked = {
  /** Messages are wrapped as `{"stream":…,"data":…}`. */
  readonly combined: boolean
  readonly streams: readonly string[]
  /** What is asked for beside this is confirmed, and never sent. */
  readonly carries: (stream: string) => boolean
}

/** What one of Binance's markets has of its own. */
export type Dialect = {
  /** null for an address that it does not have. */
  readonly asked: (address: URL) => Asked | null
  /** Errors stand in an object of their own. */
  readonly wrapsErrors: boolean
  readonly messagesPerSecond: number
  /** The kinds of streams that carry its trades. */
  readonly tradeStreams: readonly string[]
  /** How many prints it counts for one of the market's. */
  readonly countOf?: (listing: Listing, print: Print) => number
  /** Data of a stream of the market, such as `depth@100ms`; null where it has no such stream. */
  readonly streamData: (channel: string, data: string) => string | null
  readonly encodeAggregate: (listing: Listing, print: Print, eventTime: number) => string
  readonly encodeKline: (
    listing: Listing,
    interval: string,
    candle: WireCandle,
    when: { readonly eventTime: number; readonly closed: boolean }
  ) => string
  readonly encodeTicker: (listing: Listing, day: WireDay, eventTime: number) => string
  readonly rest: {
    /** `/api/v3/` */
    readonly prefix: string
    /** Request weight that may be used a minute. */
    readonly weightPerMinute: number
    /** By the name behind the prefix. */
    readonly routes: Readonly<Record<string, Route>>
  }
}

const split = (text: string): readonly string[] => text.split('/').filter(Boolean)

/** What is asked for behind the part of the path that names a route; null for an address that there is not. */
export const askedAt = (path: string, query: URLSearchParams): Omit<Asked, 'carries'> | null => {
  if (path === '/stream') return { combined: true, streams: split(query.get('streams') ?? '') }
  if (!/^\/ws(\/|$)/.test(path)) return null
  return { combined: false, streams: split(decodeURIComponent(path.slice('/ws'.length))) }
}
