import type { InEpoch } from '../../epoch.ts'
import type { EpochMs } from '../../time.ts'
import { count, EPOCH, INSTRUMENT, nullable, optional, type RecordTable, time, wholeId, word } from '../fields.ts'

/** A range of missing numbers of trades (inclusive), ids or sequences, as the ledger topic `gaps` knows it. */
export type Gap = InEpoch & {
  readonly exchange: string
  readonly symbol: string
  readonly fromId: string
  readonly toId: string
  readonly count: number
  readonly detectedAt: EpochMs
  readonly status: 'open' | 'filled' | 'unrecoverable'
  readonly cause: 'disconnect' | 'restart' | 'skipped'
  readonly closedAt: EpochMs | null
  readonly fromTime?: EpochMs
  readonly reason?: 'refused' | 'unanswered'
  readonly httpStatus?: number
}

export const GAP_STATUSES = ['open', 'filled', 'unrecoverable'] as const

/** No exchange prints so many trades while somebody is away: history would be asked for all that it has. */
const MAX_TRADES = 1_000_000_000

export const GAP: RecordTable<Gap> = {
  name: 'Gap',
  doc: 'A range of numbers of trades that is missing: of ids, or of sequences where trades have them',
  fields: {
    ...INSTRUMENT,
    fromId: wholeId('first number that no stream carried'),
    toId: wholeId('last one, inclusive'),
    count: count('how many they are', 'trades'),
    detectedAt: time('when it was discovered'),
    status: word(GAP_STATUSES, 'filled from history, or known to be lost; else open'),
    cause: word(['disconnect', 'restart', 'skipped'], 'why the stream did not carry them'),
    closedAt: nullable(time('when it was filled or given up'), 'it is open'),
    fromTime: optional(time('its trades were printed then or later'), 'that is known'),
    reason: optional(
      word(['refused', 'unanswered'], 'why it was given up: history refused, or did not answer, for hours'),
      'history may have them, and they were given up all the same'
    ),
    httpStatus: optional(count('what history refused with'), 'reason is refused'),
    epoch: EPOCH
  },
  check: ({ fromId, toId, count }) => {
    const between = Number(toId) - Number(fromId) + 1
    return count === between && between >= 1 && between <= MAX_TRADES
      ? null
      : `fromId ${fromId}, toId ${toId}, count ${count} are no gap in a chain of ids`
  }
}
