/**
 * What is done about a failure. `retryable`: it passes, and is tried again. `fatal`: somebody has to set something right.
 * `fenced`: another process has the work now. `poison`: this input can never be used; it is taken out, and the rest goes on.
 */
export type Outcome = 'retryable' | 'fatal' | 'fenced' | 'poison'

type Row = {
  readonly outcome: Outcome
  readonly means: string
  readonly todo: string
  /** Names of https://kafka.apache.org/protocol#protocol_error_codes that mean this. */
  readonly broker?: RegExp
  /** Of a command; 1 where it is not said. */
  readonly exitCode?: 2
}

/** Every kind of failure. The codes are what an operator searches for: they stay when messages change. docs/errors.md is this table. */
export const ERRORS = {
  'TS-CONFIG': {
    outcome: 'fatal',
    means: 'a setting, an option or a file of settings is wrong',
    todo: 'correct what the message names; `--help` says what is allowed',
    exitCode: 2
  },
  'TS-DATA': {
    outcome: 'poison',
    means: 'a record, a frame or a line of a file cannot be read or used',
    todo: 'look at it in `dead_letters`, or in the line that is named, and mend whoever wrote it'
  },
  'TS-SETUP': {
    outcome: 'fatal',
    means: 'something that is needed is missing or wrong: a program, a port, a folder, a server',
    todo: 'do what the message says; `tickstream doctor` looks at everything that a stage needs'
  },
  'TS-AWAY': {
    outcome: 'retryable',
    means: 'a server does not answer',
    todo: 'nothing if it comes back; else see that it runs and can be reached'
  },
  'TS-BUSY': {
    outcome: 'retryable',
    means: 'as much is being worked on as is allowed at once',
    todo: 'ask again later'
  },
  'TS-LIMIT': {
    outcome: 'fatal',
    means: 'one piece of work took too long or too much memory, and was ended',
    todo: 'ask for less at once, as the message says'
  },
  'TS-STOPPING': {
    outcome: 'fatal',
    means: 'a process that is about to end was asked for more',
    todo: 'ask again when it runs'
  },
  'TS-FENCED': {
    outcome: 'fenced',
    means: 'another process has taken over the partition',
    todo: 'another process has the partition',
    broker: /^(INVALID_PRODUCER_EPOCH|PRODUCER_FENCED|TRANSACTION_COORDINATOR_FENCED)$/
  },
  'TS-KAFKA-TXN-DENIED': {
    outcome: 'retryable',
    means: 'the transactional ids of a stage may not be used',
    todo: 'allow this user Write and Describe on the transactional ids that begin with TOPIC_PREFIX and the stage',
    broker: /^TRANSACTIONAL_ID_AUTHORIZATION_FAILED$/
  },
  'TS-KAFKA-GROUP-DENIED': {
    outcome: 'retryable',
    means: 'the consumer group of a stage may not be used',
    todo: 'allow this user Read on the consumer group of the stage',
    broker: /^GROUP_AUTHORIZATION_FAILED$/
  },
  'TS-KAFKA-TOPIC-DENIED': {
    outcome: 'fatal',
    means: 'a topic may not be read or written',
    todo: 'check the ACLs and credentials of this user',
    broker: /^TOPIC_AUTHORIZATION_FAILED$/
  },
  'TS-KAFKA-DENIED': {
    outcome: 'retryable',
    means: 'the broker refuses the login, or a right on the cluster',
    todo: 'check the ACLs and credentials of this user',
    broker: /AUTHORIZATION_FAILED$|^SASL_AUTHENTICATION_FAILED$/
  },
  'TS-KAFKA-CLOCK': {
    outcome: 'poison',
    means: 'the broker refuses the time of a record',
    todo: "a record's time is further from the broker's clock than its topic takes (message.timestamp.after.max.ms); compare the clocks of this machine, the broker and the exchange",
    broker: /^INVALID_TIMESTAMP$/
  },
  'TS-KAFKA-TOO-LARGE': {
    outcome: 'poison',
    means: 'a record is larger than its topic takes',
    todo: 'raise max.message.bytes of the topic',
    broker: /^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE)$/
  },
  'TS-KAFKA-RECORD': {
    outcome: 'poison',
    means: 'the broker refuses a record for another reason',
    todo: "see the broker's log for what it checks",
    broker: /^INVALID_RECORD$/
  },
  'TS-KAFKA-COORDINATOR': {
    outcome: 'retryable',
    means: 'the coordinator of a group or of transactions does not answer',
    todo: 'the coordinator does not answer: see that all brokers run, and that __transaction_state and __consumer_offsets have leaders',
    broker: /COORDINATOR|^GROUP_LOAD_IN_PROGRESS$|^CONCURRENT_TRANSACTIONS$/
  },
  'TS-KAFKA-REPLICAS': {
    outcome: 'retryable',
    means: 'too few replicas are in sync',
    todo: 'fewer replicas are in sync than min.insync.replicas asks for: see that all brokers run',
    broker: /^NOT_ENOUGH_REPLICAS/
  },
  'TS-KAFKA-TOPIC': {
    outcome: 'fatal',
    means: 'a topic is missing, or its partitions or settings do not fit',
    todo: 'run `tickstream topics apply`',
    broker: /^(UNKNOWN_TOPIC_OR_PARTITION|INVALID_TOPIC_EXCEPTION)$/
  },
  'TS-KAFKA-AWAY': {
    outcome: 'retryable',
    means: 'no broker answers, or none leads the partition now',
    todo: 'check KAFKA_BROKERS, and that all brokers run',
    broker: /^(LEADER_NOT_AVAILABLE|NOT_LEADER_FOR_PARTITION|REQUEST_TIMED_OUT|BROKER_NOT_AVAILABLE|NETWORK_EXCEPTION)$/
  },
  'TS-KAFKA-OTHER': {
    outcome: 'retryable',
    means: 'the broker answered with an error that has no code of its own',
    todo: "look it up by its name, and see the broker's log"
  },
  'TS-KAFKA-LOG': {
    outcome: 'retryable',
    means: 'a topic is another one than the one that was read: made anew, cut, or in another cluster',
    todo: 'the partition looks again by itself; where it then stops, its message says what can be done'
  },
  'TS-KAFKA-STATE': {
    outcome: 'fatal',
    means: 'the state of a stage cannot be used as it stands in its topic',
    todo: 'put the topic back from a copy, or use a fresh TOPIC_PREFIX and replay the input into it'
  },
  'TS-KAFKA-OFFSET': {
    outcome: 'fatal',
    means: 'a range or a position that was asked for is not in the topic, or cannot be set now',
    todo: 'ask for what the message says is there; stop the stage whose position is to be set'
  },
  'TS-POSTGRES-AWAY': {
    outcome: 'retryable',
    means: 'PostgreSQL does not answer, or takes no writes now',
    todo: 'nothing if it comes back; else do what the message says'
  },
  'TS-POSTGRES-SETUP': {
    outcome: 'fatal',
    means: 'PostgreSQL refuses: rights, tables, the address, TLS',
    todo: 'do what the message says; `tickstream migrate` makes the tables'
  },
  'TS-POSTGRES-REFUSED': {
    outcome: 'poison',
    means: 'PostgreSQL can never take these values',
    todo: 'look at the dead letter `refused`'
  },
  'TS-INFLUX-AWAY': {
    outcome: 'retryable',
    means: 'InfluxDB does not answer, or asks to be left alone',
    todo: 'nothing if it comes back; else see that it runs'
  },
  'TS-INFLUX-SETUP': {
    outcome: 'fatal',
    means: 'InfluxDB refuses to be written to: the token, the bucket, the address',
    todo: 'set what the message names',
    exitCode: 2
  },
  'TS-INFLUX-REFUSED': {
    outcome: 'poison',
    means: 'InfluxDB can never take these points',
    todo: 'look at the dead letter `refused`'
  },
  'TS-LAKE-AWAY': {
    outcome: 'retryable',
    means: 'the folder or the bucket of the lake does not answer, or changes while it is read',
    todo: 'nothing if it comes back; else see that it can be reached'
  },
  'TS-LAKE-SETUP': {
    outcome: 'fatal',
    means: 'the folder or the bucket of the lake cannot be used: rights, name, region, TLS',
    todo: 'set what the message names',
    exitCode: 2
  },
  'TS-LAKE-FILE': {
    outcome: 'fatal',
    means: 'a file of the lake is missing, damaged or of another version',
    todo: '`tickstream lake check` names every such file; put it back from a copy'
  },
  'TS-LAKE-MODEL': {
    outcome: 'fatal',
    means: 'a lake model asks for more than `lake build` can do',
    todo: 'correct the model that is named, or build it with dbt'
  },
  'TS-EXCHANGE-AWAY': {
    outcome: 'retryable',
    means: 'the exchange does not answer, or asks for fewer requests',
    todo: 'nothing if it comes back; else see that it can be reached from here'
  },
  'TS-EXCHANGE-REFUSED': {
    outcome: 'fatal',
    means: 'the exchange refuses a request for good: the symbol, this address, this country',
    todo: 'do what the message says; `tickstream doctor` tries every address'
  },
  'TS-BUG': {
    outcome: 'fatal',
    means: 'an error that nobody foresaw',
    todo: 'report it with its stack. A stage has lost nothing: it goes on from its last commit'
  }
} as const satisfies Readonly<Record<string, Row>>

export type ErrorCode = keyof typeof ERRORS

const codes = Object.entries<Row>(ERRORS) as [ErrorCode, Row][]

/** The broker's own name for an error, `INVALID_PRODUCER_EPOCH` say; empty when it did not come from the broker. */
export const brokerErrorName = (error: unknown): string => {
  if (!(error instanceof Error)) return ''
  return 'type' in error ? String(error.type) : brokerErrorName(error.cause)
}

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERRORS, code)

/** The code of whatever was thrown. */
export const errorCode = (error: unknown): ErrorCode => {
  if (!(error instanceof Error)) return 'TS-BUG'
  if ('code' in error && isCode(error.code)) return error.code
  const name = brokerErrorName(error)
  if (name !== '') return codes.find(([, { broker }]) => broker?.test(name))?.[0] ?? 'TS-KAFKA-OTHER'
  if (error.name.startsWith('KafkaJS')) return 'TS-KAFKA-AWAY'
  return 'syscall' in error ? 'TS-SETUP' : 'TS-BUG'
}

export const outcomeOf = (error: unknown): Outcome => ERRORS[errorCode(error)].outcome

/** What a failure means for the shell: 2 for wrong usage or settings, 1 otherwise. */
export const exitCodeOf = (error: unknown): 1 | 2 => {
  const row: Row = ERRORS[errorCode(error)]
  return row.exitCode ?? 1
}
