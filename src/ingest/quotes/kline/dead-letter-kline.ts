import { INTERVAL_MS, windowStart } from '../../../market/interval.ts'
import type { OddKline } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import { metrics } from '../../../runtime/observe/metrics.ts'
import { deadLetterOf } from '../../../stream/dead-letter-of.ts'
import { outgoing } from '../../../stream/topic.ts'
import { deadLetters } from '../../../topics.ts'
import type { KlineFeed } from './kline-feed.ts'

const REASON = 'odd-kline'

const deadLetter = (
  { exchange, instrument, output, clock, log }: KlineFeed,
  { openTime, detail, row }: OddKline
): void => {
  metrics.deadLetters.inc({ stage: 'ingest', reason: REASON })
  const origin = { exchange: exchange.id, stream: exchange.klines.stream?.(instrument) ?? 'history' }
  const bytes = Buffer.from(JSON.stringify(row) ?? '')
  const letter = deadLetterOf({ stage: 'ingest', reason: REASON, detail, origin, receivedAt: clock.now() }, bytes)
  output.send([outgoing(deadLetters, letter)]).catch(() => undefined)
  const time = openTime === null ? null : new Date(openTime).toISOString()
  log.warn(
    { symbol: instrument.symbol, openTime: time, detail },
    "a candle of the exchange's is odd: its minute is not verified"
  )
}

/**
 * Names the odd klines that open before a time, so that the others count; each becomes a dead letter. Those that follow come again with
 * the next page. The newest minute that one of them stands for; null where there is none.
 */
export const deadLetterOdd = (feed: KlineFeed, odd: readonly OddKline[], before: number): EpochMs | null => {
  const passed = odd.filter(({ openTime }) => openTime === null || openTime < before)
  for (const one of passed) deadLetter(feed, one)
  const newest = Math.max(...passed.map(({ openTime }) => openTime ?? 0))
  return newest > 0 ? windowStart(newest, INTERVAL_MS['1m']) : null
}
