import type { Gap } from '../market/gap.ts'
import { asFields, count, epoch, type Fields, oneOf, optional, orNull, text, time, wholeId } from './fields.ts'
import { jsonCodec } from './json-codec.ts'

const STATUSES = ['open', 'filled', 'unrecoverable'] as const
const REASONS = ['refused', 'unanswered'] as const
const CAUSES = ['disconnect', 'restart', 'skipped'] as const

const reason = (of: Fields, name: string) => oneOf(of, name, REASONS)

export const gapCodec = jsonCodec((value): Gap => {
  const of = asFields(value)
  return {
    exchange: text(of, 'exchange'),
    symbol: text(of, 'symbol'),
    fromId: wholeId(of, 'fromId'),
    toId: wholeId(of, 'toId'),
    count: count(of, 'count'),
    detectedAt: time(of, 'detectedAt'),
    status: oneOf(of, 'status', STATUSES),
    cause: oneOf(of, 'cause', CAUSES),
    closedAt: orNull(of, 'closedAt', time),
    ...optional(of, 'reason', reason),
    ...optional(of, 'httpStatus', count),
    ...epoch(of)
  }
})
