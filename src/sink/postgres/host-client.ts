import type { Duplex } from 'node:stream'
import pg from 'pg'
import { TickstreamError } from '../../market/error.ts'
import { explainError } from './errors/explain-error.ts'
import type { Candidate, Hosts } from './hosts.ts'

/** Before the pool's own limit, which does not say which host it was. */
const SOONER_MS = 50
const ignore = (): void => undefined

type Connecting = { readonly connection: { readonly stream: Duplex } }
type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void)

/** The first bytes of a server's answer: https://www.postgresql.org/docs/18/protocol-message-formats.html */
const isPostgres = (bytes: Buffer): boolean => {
  if (!'RENSv'.includes(String.fromCharCode(bytes[0] ?? 0))) return false
  return bytes.length < 5 || bytes.readInt32BE(1) < 1 << 20
}

const speaksOtherwise = (bytes: Buffer): Error => {
  const line = bytes.toString('latin1').split(/[\r\n]/)[0] ?? ''
  return new Error(`what listens there does not speak PostgreSQL (it says ${JSON.stringify(line.slice(0, 60))})`)
}

const ROLE = "select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as closed"

/** Why a session is not what is wanted; null when it is. */
const unfit = async (client: pg.Client, { wants, host: { name } }: Candidate): Promise<TickstreamError | null> => {
  if (wants === 'any') return null
  const { rows } = await client.query<{ standby: boolean; closed: boolean }>(ROLE)
  const { standby = false, closed = false } = rows[0] ?? {}
  const where = `PostgreSQL at ${name}`
  const notWanted = (message: string): TickstreamError => new TickstreamError('TS-POSTGRES-AWAY', message)
  if (wants === 'standby' && !standby)
    return notWanted(`${where} is the primary, and target_session_attrs asks for a standby`)
  if (wants === 'read-only' && !closed)
    return notWanted(`${where} takes writes, and target_session_attrs asks for one that does not`)
  if (wants === 'primary' && standby) return notWanted(`${where} is a standby; the primary is waited for`)
  if (wants === 'read-write' && standby)
    return notWanted(
      `${where} takes no writes: it is a standby; it is waited for until it is promoted (POSTGRES_URL may name several hosts: postgres://user:password@host1,host2/database)`
    )
  if (wants === 'read-write' && closed)
    return notWanted(
      `${where} takes no writes: default_transaction_read_only is on, for the server, its database or the role; it is waited for until that is off`
    )
  return null
}

/** Connections to whichever host is next, as the pool makes them: a new one asks the name service anew, and is looked at before it is used. */
export const hostClient = (hosts: Hosts): (new () => pg.ClientBase) =>
  class extends pg.Client {
    readonly #candidate: Candidate
    #greeting: Buffer | null = null

    constructor(options: pg.ClientConfig = {}) {
      const candidate = hosts.current()
      const limit = options.connectionTimeoutMillis
      super({
        ...options,
        connectionString: candidate.host.url,
        ...(limit === undefined ? {} : { connectionTimeoutMillis: limit - SOONER_MS })
      })
      this.#candidate = candidate
      // One that breaks while nobody asks it anything is replaced; the next query tells of an outage.
      this.on('error', ignore)
      ;(this as unknown as Connecting).connection.stream.once('data', (bytes: Buffer) => {
        this.#greeting = bytes
      })
    }

    override connect(): Promise<pg.Client>
    override connect(callback: Connected): void
    override connect(callback?: Connected): Promise<pg.Client> | undefined {
      const opened = this.#open()
      if (!callback) return opened
      const done = callback as (error: Error | null, client?: pg.Client) => void
      opened.then(client => done(null, client), done)
      return undefined
    }

    async #open(): Promise<pg.Client> {
      try {
        await super.connect()
        const problem = await unfit(this, this.#candidate)
        if (problem) throw problem
        hosts.connected(this.#candidate)
        return this
      } catch (cause) {
        hosts.failed(this.#candidate)
        this.end().catch(ignore)
        const reason = this.#greeting && !isPostgres(this.#greeting) ? speaksOtherwise(this.#greeting) : cause
        throw explainError(reason, `PostgreSQL at ${this.#candidate.host.name}`)
      }
    }
  }
