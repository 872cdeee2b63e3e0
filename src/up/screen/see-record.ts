import { TickstreamError } from '../../market/error.ts'
import type { EpochMs } from '../../market/time.ts'
import { decodeRecord, type Incoming } from '../../stream/topic.ts'
import { candles, gaps } from '../../topics.ts'
import type { Board } from './board.ts'

const see = (board: Board, { topic, key, value, timestamp }: Incoming, gapsTopic: string, now: EpochMs): void => {
  if (!value) return
  if (topic === gapsTopic) board.seeGap(String(key), decodeRecord(gaps, value, timestamp))
  else board.seeCandle(decodeRecord(candles['1m'], value, timestamp), now)
}

/** Shows a record of `gaps` or of candles. One that cannot be used shows nothing, and hides no other: the stages make the dead letter. */
export const seeRecord = (board: Board, record: Incoming, gapsTopic: string, now: EpochMs): void => {
  try {
    see(board, record, gapsTopic, now)
  } catch (error) {
    if (!(error instanceof TickstreamError && error.code === 'data')) throw error
  }
}
