import type { MarketEvent } from '../../exchange/exchange.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { Rejection } from '../../stream/processor.ts'
import type { ExchangeTime } from '../transport/exchange-time.ts'

/** Nothing is told before it happened; a little is left for clocks inside the exchange. */
const MAX_AHEAD_MS = 1_000
/** A trade that is told so late over a stream has the wrong time, or history confirms it. */
const MAX_BEHIND_MS = INTERVAL_MS['15m']

/** Why what a frame tells of cannot have happened when it says, by the frame's own event time, or else by what time it can be; null when it can. */
export const oddTime = (frame: MarketEvent, { isFuture }: Pick<ExchangeTime, 'isFuture'>): Rejection | null => {
  if (frame.kind !== 'trade' && frame.kind !== 'kline') return null
  const { time: sent } = frame
  if (sent === null) return frame.kind === 'trade' && isFuture(frame.trade.time) ? notCome(frame.trade) : null
  const time = frame.kind === 'trade' ? frame.trade.time : happened(frame)
  const ms = time - sent
  const what = frame.kind === 'trade' ? `trade ${frame.trade.id}` : `the kline of ${frame.kline.openTime}`
  const text = `${what} is of ${time}, its frame of ${sent}`
  if (ms > MAX_AHEAD_MS) return { reason: 'future-time', detail: `${text}: it has not happened yet` }
  return frame.kind === 'trade' && ms < -MAX_BEHIND_MS
    ? { reason: 'past-time', detail: `${text}: history is asked whether it happened so long ago` }
    : null
}

const notCome = ({ id, time }: Trade): Rejection => ({
  reason: 'future-time',
  detail: `trade ${id} is of ${time}, which has not come`
})

/** When the newest of what a kline tells of has happened, at the least. */
const happened = ({ kline, closed }: Extract<MarketEvent, { kind: 'kline' }>): number =>
  closed ? kline.closeTime : kline.openTime
