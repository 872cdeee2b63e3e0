import { TickstreamError } from '../../../market/error.ts'
import type { Gap } from '../../../market/records/feed/gap.ts'
import { asFields, count, epoch, type Fields, instrument, oneOf, optional, orNull, time, wholeId } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

const STATUSES = ['open', 'filled', 'unrecoverable'] as const
const REASONS = ['refused', 'unanswered'] as const
const CAUSES = ['disconnect', 'restart', 'skipped'] as const

const reason = (of: Fields, name: string) => oneOf(of, name, REASONS)

/** No exchange prints so many trades while somebody is away: history would be asked for all that it has. */
const MAX_TRADES = 1_000_000_000

const ids = (of: Fields): Pick<Gap, 'fromId' | 'toId' | 'count'> => {
  const [fromId, toId, missing] = [wholeId(of, 'fromId'), wholeId(of, 'toId'), count(of, 'count')]
  const between = Number(toId) - Number(fromId) + 1
  if (missing === between && between >= 1 && between <= MAX_TRADES) return { fromId, toId, count: missing }
  throw new TickstreamError('TS-DATA', `fromId ${fromId}, toId ${toId}, count ${missing} are no hole in a chain of ids`)
}

export const gapCodec = jsonCodec((value): Gap => {
  const of = asFields(value)
  return {
    ...instrument(of),
    ...ids(of),
    detectedAt: time(of, 'detectedAt'),
    status: oneOf(of, 'status', STATUSES),
    cause: oneOf(of, 'cause', CAUSES),
    closedAt: orNull(of, 'closedAt', time),
    ...optional(of, 'reason', reason),
    ...optional(of, 'httpStatus', count),
    ...epoch(of)
  }
})
