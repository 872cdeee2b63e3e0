import { TickstreamError } from '../../../market/error.ts'
import { CONNECTION_RULES } from './connection-rules.ts'
import { faultOf } from './fault.ts'
import { SERVER_RULES } from './server-rules.ts'

const CODES = { wait: 'TS-POSTGRES-AWAY', end: 'TS-POSTGRES-SETUP', data: 'TS-POSTGRES-REFUSED' } as const
const RULES = [...SERVER_RULES, ...CONNECTION_RULES]

/** Wrong use of the language: nothing that a database said, and nothing that waiting mends. */
const isBug = (error: unknown): error is Error =>
  [TypeError, RangeError, ReferenceError, SyntaxError].some(kind => error instanceof kind)

/** The pool wraps what the client said of a connection in words of its own. */
const explainedBefore = (cause: unknown): TickstreamError | null => {
  if (cause instanceof TickstreamError) return cause
  return cause instanceof Error && cause.cause instanceof TickstreamError ? cause.cause : null
}

/**
 * What an error of the database means, and what to do about it: bad values, an outage that passes, or something that someone has to set right.
 * Every stage, `migrate` and `doctor` say it in these words. A bug stays what it is.
 */
export const explainError = (cause: unknown, where = 'PostgreSQL'): Error => {
  const before = explainedBefore(cause)
  if (before) return before
  if (isBug(cause)) return cause
  const fault = faultOf(cause, where)
  const { verdict, describe: says, todo } = RULES.find(rule => rule.when(fault))!
  const message = todo === undefined ? says(fault) : `${says(fault)}; ${todo}`
  return new TickstreamError(CODES[verdict], message, { cause })
}
