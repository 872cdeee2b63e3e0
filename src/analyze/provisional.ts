import { instrumentKey } from '../market/instrument.ts'
import { type AnyCandle, exchangeCandle } from '../market/records/feed/exchange-kline.ts'
import { decodeRecord } from '../stream/topic.ts'
import type { Source } from '../stream/topology.ts'
import { exchangeKlines } from '../topics.ts'

/** The exchange's own candles as an input, beside ours: they have the status `exchange`, and null for what the exchange does not tell. */
export const klineSource: Source<AnyCandle> = {
  name: exchangeKlines.name,
  decode: (bytes, { timestamp }) => exchangeCandle(decodeRecord(exchangeKlines, bytes, Number(timestamp))),
  partitionedBy: instrumentKey
}

/**
 * Where the exchange's 1m candles end to stand in for ours: at our first one, from which on ours are all that counts.
 * null: none of ours has come.
 */
export type ProvisionalEnd = number | null

export const isProvisional = (end: ProvisionalEnd, { openTime }: Pick<AnyCandle, 'openTime'>): boolean =>
  end === null || openTime < end

/** The end once a final candle of ours is known. */
export const endAt = (end: ProvisionalEnd, ownFrom: number): number => Math.min(end ?? ownFrom, ownFrom)

/** State from before there were such candles holds computed candles alone. */
export const NEVER_PROVISIONAL = 0
