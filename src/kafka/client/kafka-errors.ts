import { TickstreamError } from '../../market/error.ts'

const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause ? causeOf(error.cause) : error)

/** The broker's own word for an error, for example `INVALID_PRODUCER_EPOCH`; empty when it did not come from the broker. */
export const brokerCode = (error: unknown): string => {
  const cause = causeOf(error)
  return cause instanceof Error && 'type' in cause ? String(cause.type) : ''
}

/** Somebody else has taken over this transactional id. */
export const isFenced = (error: unknown): boolean =>
  ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'].includes(brokerCode(error))

/** What no waiting mends: a topic that is missing, settings that do not fit, a record larger than its topic takes. */
export const isFinal = (error: unknown): boolean => {
  if (error instanceof TickstreamError) return !error.retryable
  return ['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED', 'MESSAGE_TOO_LARGE'].includes(brokerCode(error))
}
