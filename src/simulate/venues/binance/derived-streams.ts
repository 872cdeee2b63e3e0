import type { Listed, Venue } from '../../exchange/venue.ts'
import type { Dialect } from './dialects/dialect.ts'
import { klineLength } from './kline-interval.ts'
import type { Sockets } from './sockets.ts'

/** Recorded messages come up to a quarter of a second after their time: only then is a second whole. */
const SETTLE_MS = 300
const SECOND = 1_000

/** `btcusdt@kline_1m` */
const KLINE = /^([a-z0-9]+)@kline_(\w+)$/
const TICKER = /^([a-z0-9]+)@ticker$/

type Seconds = { readonly from: number; readonly to: number }

const publishKline = (
  dialect: Dialect,
  venue: Venue,
  sockets: Sockets,
  stream: string,
  { from, to }: Seconds
): void => {
  const [, name = '', interval = ''] = KLINE.exec(stream) ?? []
  const listed = venue.listed.get(name.toUpperCase())
  const length = klineLength(interval)
  if (!listed || !length) return
  const { folds, feed } = listed
  const send = (openTime: number, closed: boolean): void => {
    const candle = folds.candle(openTime, openTime + length)
    sockets.publish(stream, () =>
      dialect.encodeKline(feed.listing, interval, candle, { eventTime: venue.now(), closed })
    )
  }
  const running = to - (to % length)
  for (let openTime = from - (from % length); openTime < running; openTime += length) send(openTime, true)
  send(running, false)
}

const publishTicker = (dialect: Dialect, sockets: Sockets, stream: string, { feed, day }: Listed, time: number): void =>
  sockets.publish(stream, () => {
    const figures = day.at(time)
    return figures && dialect.encodeTicker(feed.listing, figures, time)
  })

/** Streams that the exchange computes from the trades: `@kline_<interval>` and `@ticker` every second. */
export const createDerivedStreams = (dialect: Dialect, venue: Venue, sockets: Sockets) => {
  let second: number | null = null
  const publishSecond = (from: number, to: number): void => {
    for (const stream of sockets.streams()) {
      const ticking = venue.listed.get(TICKER.exec(stream)?.[1]?.toUpperCase() ?? '')
      if (ticking) publishTicker(dialect, sockets, stream, ticking, to)
      else publishKline(dialect, venue, sockets, stream, { from, to })
    }
  }
  return {
    onTime: (): void => {
      const thisSecond = Math.floor((venue.now() - SETTLE_MS) / SECOND) * SECOND
      if (second !== null && thisSecond > second) publishSecond(second, thisSecond)
      second = second === null ? thisSecond : Math.max(second, thisSecond)
    }
  }
}
