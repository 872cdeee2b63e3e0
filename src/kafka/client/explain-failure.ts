import { TickstreamError } from '../../market/error.ts'
import { LogChanged } from '../log/log-check.ts'
import { brokerCode } from './kafka-errors.ts'

/** Why a commit failed; a closed set, for metrics. */
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

/** What a failure means, and what an operator can do about it. */
export type CommitFailure = { readonly reason: CommitFailureReason; readonly advice: string }

const MEANINGS: readonly (readonly [CommitFailureReason, RegExp, string])[] = [
  [
    'authorization',
    /^TRANSACTIONAL_ID_AUTHORIZATION_FAILED$/,
    'allow this user Write and Describe on the transactional ids that begin with TOPIC_PREFIX and the stage'
  ],
  ['authorization', /^GROUP_AUTHORIZATION_FAILED$/, 'allow this user Read on the consumer group of the stage'],
  [
    'authorization',
    /AUTHORIZATION_FAILED$|^SASL_AUTHENTICATION_FAILED$/,
    'check the ACLs and credentials of this user'
  ],
  [
    'timestamp',
    /^INVALID_TIMESTAMP$/,
    "a record's time is further from the broker's clock than its topic takes (message.timestamp.after.max.ms); compare the clocks of this machine, the broker and the exchange"
  ],
  ['too-large', /^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE)$/, 'raise max.message.bytes of the topic'],
  [
    'fenced',
    /^(INVALID_PRODUCER_EPOCH|PRODUCER_FENCED|TRANSACTION_COORDINATOR_FENCED)$/,
    'another process has the partition'
  ],
  [
    'coordinator',
    /COORDINATOR|^GROUP_LOAD_IN_PROGRESS$|^CONCURRENT_TRANSACTIONS$/,
    'the coordinator does not answer: see that all brokers run, and that __transaction_state and __consumer_offsets have leaders'
  ],
  [
    'replicas',
    /^NOT_ENOUGH_REPLICAS/,
    'fewer replicas are in sync than min.insync.replicas asks for: see that all brokers run'
  ],
  ['topic', /^(UNKNOWN_TOPIC_OR_PARTITION|INVALID_TOPIC_EXCEPTION)$/, 'run `tickstream topics apply`'],
  [
    'broker-away',
    /^(LEADER_NOT_AVAILABLE|NOT_LEADER_FOR_PARTITION|REQUEST_TIMED_OUT|BROKER_NOT_AVAILABLE|NETWORK_EXCEPTION)$/,
    'see that all brokers run'
  ]
]

/** Names the reason of a failed commit, and what mends it. */
export const commitFailure = (error: unknown): CommitFailure => {
  const code = brokerCode(error)
  const meaning = MEANINGS.find(([, pattern]) => pattern.test(code))
  if (meaning) return { reason: meaning[0], advice: meaning[2] }
  if (error instanceof LogChanged) return { reason: 'log-changed', advice: '' }
  if (error instanceof TickstreamError) return { reason: 'store', advice: '' }
  if (error instanceof Error && /^KafkaJS/.test(error.name) && code === '')
    return { reason: 'broker-away', advice: 'check KAFKA_BROKERS and that the broker runs' }
  return { reason: 'other', advice: '' }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** One sentence: what was said, by its code where the broker said it, and what to do. */
export const explainFailure = (error: unknown): string => {
  const [code, { advice }] = [brokerCode(error), commitFailure(error)]
  const said = code === '' || messageOf(error).includes(code) ? messageOf(error) : `${code}: ${messageOf(error)}`
  return advice === '' ? said : `${said}; ${advice}`
}
