import { isTrade, type Trade } from '../../market/records/feed/trade.ts'
import type { Outgoing } from '../../stream/topic.ts'
import { rawTicks } from '../../topics.ts'

/** The trade that a record of `raw_ticks` holds; null for any other record. */
export const tradeIn = ({ topic, value }: Outgoing): Trade | null => {
  if (topic !== rawTicks.name || value === null) return null
  const tick = rawTicks.codec.decode(Buffer.from(value))
  return isTrade(tick) ? tick : null
}
