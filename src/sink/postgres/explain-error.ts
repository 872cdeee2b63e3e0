import pg from 'pg'
import { TickstreamError } from '../../market/error.ts'

/** Classes and codes of https://www.postgresql.org/docs/18/errcodes-appendix.html */
const DATA = /^(22|23|54)/
const PASSES = /^(08|40|53|55|57|58|XX|25006)/
const NO_TABLE = /^42(P01|703)$/
const NO_ACCESS = /^(28|3D|42501)/

const messageOf = (error: unknown): string =>
  error instanceof AggregateError
    ? error.errors.map(messageOf).join(', ')
    : error instanceof Error
      ? error.message || error.name
      : String(error)

/** null: the database did not say anything, it was the way to it. */
const sqlState = (error: unknown): string | null =>
  error instanceof pg.DatabaseError && error.code !== undefined ? error.code : null

/** What an error of the database means: bad values, an outage that passes, or something that someone has to do. */
export const explainError = (cause: unknown): TickstreamError => {
  if (cause instanceof TickstreamError) return cause
  const said = messageOf(cause)
  const state = sqlState(cause)
  if (state === null || PASSES.test(state))
    return new TickstreamError('environment', `PostgreSQL does not answer: ${said}`, { retryable: true, cause })
  if (DATA.test(state)) return new TickstreamError('data', `PostgreSQL refuses the values: ${said}`, { cause })
  if (NO_TABLE.test(state)) return new TickstreamError('environment', `${said}; run \`tickstream migrate\``, { cause })
  if (NO_ACCESS.test(state))
    return new TickstreamError('environment', `PostgreSQL refuses the connection: ${said}; check POSTGRES_URL`, {
      cause
    })
  return new TickstreamError('environment', `PostgreSQL failed with ${state}: ${said}`, { cause })
}
