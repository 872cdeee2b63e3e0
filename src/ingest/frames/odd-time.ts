import type { MarketEvent } from '../../exchange/exchange.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import type { Rejection } from '../../stream/processor.ts'

/** Nothing is told before it happened; a little is left for clocks inside the exchange. */
const MAX_AHEAD_MS = 1_000
/** A trade that is told so late over a stream has the wrong time, or history confirms it. */
const MAX_BEHIND_MS = INTERVAL_MS['15m']

/** Why what a frame tells of cannot have happened when it says, by the frame's own event time; null when it can. */
export const oddTime = (frame: MarketEvent): Rejection | null => {
  if ((frame.kind !== 'trade' && frame.kind !== 'kline') || frame.time === null) return null
  const time = frame.kind === 'trade' ? frame.trade.time : happened(frame)
  const ms = time - frame.time
  const what = frame.kind === 'trade' ? `trade ${frame.trade.id}` : `the kline of ${frame.kline.openTime}`
  const said = `${what} is of ${time}, its frame of ${frame.time}`
  if (ms > MAX_AHEAD_MS) return { reason: 'future-time', detail: `${said}: it has not happened yet` }
  return frame.kind === 'trade' && ms < -MAX_BEHIND_MS
    ? { reason: 'past-time', detail: `${said}: history is asked whether it happened so long ago` }
    : null
}

/** When the newest of what a kline tells of has happened, at the least. */
const happened = ({ kline, closed }: Extract<MarketEvent, { kind: 'kline' }>): number =>
  closed ? kline.closeTime : kline.openTime
