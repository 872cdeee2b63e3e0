import { TickstreamError } from '../../market/error.ts'
import { brokerErrorName, ERRORS, type ErrorCode, errorCode, outcomeOf } from '../../market/errors.ts'

/** Somebody else has taken over this transactional id. */
export const isFenced = (error: unknown): boolean => outcomeOf(error) === 'fenced'

/**
 * What no waiting mends: a topic that is missing, settings that do not fit, a record larger than its topic takes. An error that nobody
 * foresaw is tried again: the memory of what failed is thrown away first, and a stage that stops would help nobody.
 */
export const isFinal = (error: unknown): boolean => {
  if (error instanceof TickstreamError) return !error.retryable
  return brokerErrorName(error) !== '' && (outcomeOf(error) === 'fatal' || errorCode(error) === 'TS-KAFKA-TOO-LARGE')
}

/** Why a commit failed, for metrics; a closed set. */
export type CommitFailureReason =
  | 'authorization'
  | 'timestamp'
  | 'too-large'
  | 'fenced'
  | 'coordinator'
  | 'replicas'
  | 'topic'
  | 'log-changed'
  | 'broker-away'
  | 'store'
  | 'other'

const REASONS: Partial<Record<ErrorCode, CommitFailureReason>> = {
  'TS-KAFKA-TXN-DENIED': 'authorization',
  'TS-KAFKA-GROUP-DENIED': 'authorization',
  'TS-KAFKA-TOPIC-DENIED': 'authorization',
  'TS-KAFKA-DENIED': 'authorization',
  'TS-KAFKA-CLOCK': 'timestamp',
  'TS-KAFKA-TOO-LARGE': 'too-large',
  'TS-FENCED': 'fenced',
  'TS-KAFKA-COORDINATOR': 'coordinator',
  'TS-KAFKA-REPLICAS': 'replicas',
  'TS-KAFKA-TOPIC': 'topic',
  'TS-KAFKA-AWAY': 'broker-away',
  'TS-KAFKA-LOG': 'log-changed'
}

/** The code of what the broker said, also where it stands behind words of our own. */
const brokerCode = (error: unknown): ErrorCode => {
  if (!(error instanceof TickstreamError) || brokerErrorName(error) === '') return errorCode(error)
  return errorCode(error.cause)
}

export const commitFailureReason = (error: unknown): CommitFailureReason => {
  if (error instanceof TickstreamError && brokerErrorName(error) === '') return 'store'
  return REASONS[brokerCode(error)] ?? 'other'
}

/** One sentence: what was said, by its name where the broker said it, and what to do where our own words do not say it. */
export const explainFailure = (error: unknown): string => {
  const name = brokerErrorName(error)
  const message = error instanceof Error ? error.message : String(error)
  const sentence = name === '' || message.includes(name) ? message : `${name}: ${message}`
  const isOwnMessage = name === '' && !(error instanceof Error && error.name.startsWith('KafkaJS'))
  return isOwnMessage ? sentence : `${sentence}; ${ERRORS[brokerCode(error)].todo}`
}
