import { TickstreamError } from '../../market/error.ts'
import type { Config } from './config.ts'
/** Which of several hosts will do: https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS */
export const SESSION_ATTRS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const

export type SessionAttrs = (typeof SESSION_ATTRS)[number]

/** One server: how messages call it, and a URL of it alone, as the client of PostgreSQL reads it. */
export type PostgresHost = { readonly name: string; readonly url: string }

/** What a `postgres://` URL says, several hosts included. `attrs` is null where the URL leaves the choice open. */
export type PostgresUrl = {
  readonly hosts: readonly PostgresHost[]
  readonly attrs: SessionAttrs | null
  /** `connect_timeout`; null where it is left out. */
  readonly connectWithinMs: number | null
}

const URL_FORM = /^(postgres(?:ql)?:\/\/)((?:[^/?#]*@)?)([^/?#@]*)((?:\/[^?#]*)?)(?:\?([^#]*))?$/i
const HOST = /^(\[[0-9a-f:.%]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i
const DEFAULT_PORT = 5432
/** Words of libpq that are for the choice of a host: the client of PostgreSQL gets one host, and none of them. */
const OWN_PARAMETERS = ['host', 'port', 'target_session_attrs', 'connect_timeout']
/** What the client takes as `verify-full`, with a warning. */
const VERIFIED = ['prefer', 'require', 'verify-ca']

type ServerAddress = { readonly host: string; readonly port: number }

const addressOf = (entry: string): ServerAddress | undefined => {
  const [, host, port = String(DEFAULT_PORT)] = HOST.exec(entry) ?? []
  return host !== undefined && Number(port) > 0 && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined
}

/** A socket's folder stands in a URL with its slashes encoded. */
const readable = (host: string): string => host.replaceAll(/%2f/gi, '/')

/** `?host=a,b&port=1,2`, the other way of libpq to name hosts; a socket's folder is a host too. */
const entriesOf = (authority: string, params: URLSearchParams): readonly string[] => {
  const hosts = params.get('host')
  if (hosts === null) return authority.split(',')
  const ports = params.get('port')?.split(',') ?? []
  return hosts.split(',').map((host, n) => {
    const port = ports[n] ?? ports[0]
    const bare = host.startsWith('/') ? encodeURIComponent(host) : host.includes(':') ? `[${host}]` : host
    return port === undefined ? bare : `${bare}:${port}`
  })
}

const optionsOf = (params: URLSearchParams): string => {
  const passedOn = new URLSearchParams([...params].filter(([name]) => !OWN_PARAMETERS.includes(name)))
  if (VERIFIED.includes(passedOn.get('sslmode') ?? '') && !passedOn.has('uselibpqcompat'))
    passedOn.set('sslmode', 'verify-full')
  if (passedOn.get('sslrootcert') === 'system') passedOn.delete('sslrootcert')
  return passedOn.size > 0 ? `?${passedOn.toString().replaceAll('+', '%20')}` : ''
}

/** Reads a URL as libpq does; undefined where it is none. */
export const parsePostgresUrl = (text: string): PostgresUrl | undefined => {
  const [, scheme, login, authority = '', path = '', query = ''] = URL_FORM.exec(text) ?? []
  if (scheme === undefined) return undefined
  const params = new URLSearchParams(query)
  const addresses = entriesOf(authority, params).map(addressOf)
  const attrs = SESSION_ATTRS.find(word => word === params.get('target_session_attrs')) ?? null
  const timeout = params.get('connect_timeout')
  if ((attrs === null && params.has('target_session_attrs')) || !/^\d*$/.test(timeout ?? '')) return undefined
  const rest = path.replace(/\/+$/, '') + optionsOf(params)
  const hosts = addresses
    .filter(address => address !== undefined)
    .map(({ host, port }) => ({
      name: `${readable(host)}:${port}`,
      url: `${scheme}${login}${host}:${port}${rest}`
    }))
  if (hosts.length < addresses.length || hosts.some(({ url }) => !URL.canParse(url))) return undefined
  return { hosts, attrs, connectWithinMs: timeout ? Number(timeout) * 1_000 || null : null }
}

/** The database's URL. Throws `TS-CONFIG` that says how to set it. */
export const postgresUrl = (config: Config): string => {
  if (config.postgresUrl !== null) return config.postgresUrl
  throw new TickstreamError(
    'TS-CONFIG',
    'POSTGRES_URL is not set; set it to postgres://user:password@host:5432/database, or let `tickstream up --only postgres` start one'
  )
}
