import pg from 'pg'
import { TickstreamError } from '../../market/error.ts'
import { parsePostgresUrl } from '../../runtime/config/postgres-url.ts'
import { hostClient } from './host-client.ts'
import { createHosts, type Hosts } from './hosts.ts'

/** How a pool is used. */
export type PoolOptions = {
  /** How long a statement may take. */
  readonly answerWithinMs?: number
  /** `write`: only hosts that take writes will do. */
  readonly access?: 'read' | 'write'
}

const ANSWER_WITHIN_MS = 15_000
const CONNECT_WITHIN_MS = 5_000
/** A transaction that its owner forgot: a process that was stopped would otherwise keep the rows of its successor locked. */
const IDLE_WITHIN_MS = 10_000
/** No connection outlives a change of the server behind a name by more than that. */
const LIFETIME_S = 300

type Done = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: boolean | Error) => void
) => void

/** One failure as it is; of several the words of each, and the hope of any. */
const combineErrors = (failures: readonly Error[]): Error => {
  const [first] = failures
  const messages = [...new Set(failures.map(({ message }) => message))]
  if (!first || messages.length === 1) return first ?? new Error('no host')
  const retryable = failures.some(failure => failure instanceof TickstreamError && failure.retryable)
  return new TickstreamError(retryable ? 'TS-POSTGRES-AWAY' : 'TS-POSTGRES-SETUP', messages.join(' | '), {
    cause: first
  })
}

/** A few connections to the one host of several that will do. */
class HostPool extends pg.Pool {
  /** Begins a transaction whose waits have an end. Said in each transaction, for behind a pooler a session is nobody's own. */
  readonly begin: string
  readonly #hosts: Hosts

  constructor(hosts: Hosts, answerWithinMs: number, options: pg.PoolConfig) {
    super(options)
    this.#hosts = hosts
    this.begin = `begin; set local statement_timeout = ${answerWithinMs}; set local idle_in_transaction_session_timeout = ${IDLE_WITHIN_MS}`
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: Done): void
  override connect(callback?: Done): Promise<pg.PoolClient> | undefined {
    const opened = this.#open()
    if (!callback) return opened
    opened.then(
      client => callback(undefined, client, client.release),
      error => callback(error, undefined, () => undefined)
    )
    return undefined
  }

  async #open(): Promise<pg.PoolClient> {
    const failures: Error[] = []
    while (failures.length < this.#hosts.count) {
      try {
        return await super.connect()
      } catch (error) {
        if (!(error instanceof TickstreamError || (error instanceof Error && error.cause instanceof TickstreamError)))
          throw error
        failures.push(error instanceof TickstreamError ? error : (error.cause as TickstreamError))
      }
    }
    throw combineErrors(failures)
  }
}

/** The words that begin a transaction on this pool. */
export const beginOn = (pool: pg.Pool): string => (pool instanceof HostPool ? pool.begin : 'begin')

/**
 * A few connections to the database of a URL, which may name several hosts. Every wait has an end, and connections are made anew now and then.
 * Throws `TS-CONFIG` for a URL that is none.
 */
export const createPool = (
  url: string,
  name: string,
  { answerWithinMs = ANSWER_WITHIN_MS, access = 'read' }: PoolOptions = {}
): pg.Pool => {
  const parsed = parsePostgresUrl(url)
  if (!parsed) throw new TickstreamError('TS-CONFIG', 'POSTGRES_URL is not postgres://user:password@host:port/database')
  const hosts = createHosts(parsed, access)
  const pool = new HostPool(hosts, answerWithinMs, {
    Client: hostClient(hosts),
    application_name: `tickstream-${name}`,
    max: 3,
    keepAlive: true,
    connectionTimeoutMillis: parsed.connectWithinMs ?? CONNECT_WITHIN_MS,
    maxLifetimeSeconds: LIFETIME_S,
    query_timeout: answerWithinMs + 5_000
  })
  // An idle connection that breaks is replaced by the pool; the next query tells of an outage.
  pool.on('error', () => undefined)
  return pool
}
