import pg from 'pg'

/**
 * A few connections to the database. Every wait has an end: a statement, an answer that never comes, and a transaction
 * that its owner forgot (a process that was stopped would otherwise keep the rows of its successor locked).
 */
export const createPool = (url: string, name: string, answerWithinMs = 15_000): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: `tickstream-${name}`,
    max: 3,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    statement_timeout: answerWithinMs,
    query_timeout: answerWithinMs + 5_000,
    idle_in_transaction_session_timeout: 10_000
  })
  // An idle connection that breaks is replaced by the pool; the next query tells of an outage.
  pool.on('error', ignore)
  // The same for one that breaks between two queries of a transaction.
  pool.on('connect', client => client.on('error', ignore))
  return pool
}

const ignore = (): void => undefined
