import { epochOf } from '../../market/epoch.ts'
import { TickstreamError } from '../../market/error.ts'
import { isExchange, isSymbol } from '../../market/instrument.ts'
import { isTrade, type Trade } from '../../market/records/feed/trade.ts'
import { type ConnectionFrames, unpackFrames } from '../../runtime/frames/frame-lines.ts'
import { decodeRecord, type Incoming } from '../../stream/topic.ts'
import { rawFrames, rawTicks } from '../../topics.ts'
import type { LakeValue } from './lake-buffer.ts'

const ID = /^[\x21-\x7e]{1,64}$/

/** Names become folders. */
const checked = (trade: Trade): Trade => {
  // Files are merged by their ids: one lake holds one chain of them.
  if (epochOf(trade) > 0)
    throw new TickstreamError(
      'TS-DATA',
      `trade ${trade.id} is of epoch ${epochOf(trade)}: the exchange began its ids anew, and a lake holds one chain of them; a fresh TOPIC_PREFIX with a fresh LAKE_DIR takes the new one`
    )
  if (isExchange(trade.exchange) && isSymbol(trade.symbol) && ID.test(trade.id)) return trade
  const named = JSON.stringify([trade.exchange, trade.symbol, trade.id]).slice(0, 200)
  throw new TickstreamError('TS-DATA', `${named}: not an exchange, a symbol and an id that a file can be named by`)
}

const framesIn = (value: Buffer, timestamp: number): ConnectionFrames => {
  const { exchange, connection, frames } = decodeRecord(rawFrames, value, timestamp)
  if (isExchange(exchange)) return { exchange, connection, frames: unpackFrames(frames) }
  throw new TickstreamError(
    'TS-DATA',
    `${JSON.stringify(exchange).slice(0, 200)}: not an exchange that a file can be named by`
  )
}

/** What a record of `raw_ticks` or `raw_frames` holds for a lake; null: nothing. Throws `TS-DATA` for what cannot be read. */
export const readRecord = ({ topic, value, timestamp }: Incoming): LakeValue | null => {
  if (value === null) return null
  if (topic === rawFrames.name) return framesIn(value, timestamp)
  const tick = decodeRecord(rawTicks, value, timestamp)
  return isTrade(tick) ? checked(tick) : null
}
