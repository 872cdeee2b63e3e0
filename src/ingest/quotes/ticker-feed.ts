import type { Ticker } from '../../market/records/feed/ticker.ts'
import { outgoing } from '../../stream/topic.ts'
import { rawTickers } from '../../topics.ts'
import { isBehind } from '../transport/backpressure.ts'
import type { Output } from '../transport/output.ts'

/** The tickers of one instrument on their way out. */
export type TickerFeed = {
  /** Publishes a ticker that is newer than the last one. */
  readonly accept: (ticker: Ticker) => void
  /** Publishes the newest one where the broker was too far behind for it. */
  readonly flush: () => void
}

export const createTickerFeed = (output: Output): TickerFeed => {
  let newest = 0
  let waiting: Ticker | null = null
  const flush = (): void => {
    if (!waiting || isBehind(output)) return
    output.send([outgoing(rawTickers, waiting)]).catch(() => undefined)
    waiting = null
  }
  return {
    accept: ticker => {
      if (ticker.time <= newest) return
      newest = ticker.time
      waiting = ticker
      flush()
    },
    flush
  }
}
