import { UNKNOWN_CA } from '../../../runtime/observe/tls-problem.ts'
import type { Fault, Rule } from './fault.ts'

const is =
  (codes: RegExp) =>
  (fault: Fault): boolean =>
    codes.test(fault.code)

const hears =
  (words: RegExp) =>
  (fault: Fault): boolean =>
    words.test(fault.said)

const means =
  (what: string) =>
  ({ where, said }: Fault): string =>
    `${where} ${what}: ${said}`

/** What can be wrong between here and the database; the first that fits counts. */
export const WAY_RULES: readonly Rule[] = [
  {
    when: hears(/does not speak PostgreSQL/),
    verdict: 'end',
    says: ({ where, said }) => `${where}: ${said}`,
    todo: 'correct host and port in POSTGRES_URL'
  },
  {
    when: is(UNKNOWN_CA),
    verdict: 'end',
    says: means('shows a certificate of a CA that is not known here'),
    todo: 'add ?sslmode=verify-full&sslrootcert=/path/ca.pem to POSTGRES_URL, with the CA of that certificate (or set NODE_EXTRA_CA_CERTS); ?uselibpqcompat=true&sslmode=require encrypts and asks for no proof'
  },
  {
    when: is(/^ERR_TLS_CERT_ALTNAME_INVALID$/),
    verdict: 'end',
    says: means('shows a certificate of another name'),
    todo: 'use in POSTGRES_URL the name that the certificate holds, or let it be made for this one'
  },
  {
    when: is(/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/),
    verdict: 'wait',
    says: means('shows a certificate that is not valid today'),
    todo: 'renew it, or set the clock of this machine'
  },
  {
    when: hears(/server does not support SSL/),
    verdict: 'end',
    says: means('offers no TLS, which POSTGRES_URL asks for'),
    todo: 'switch ssl on there, or set sslmode=disable in POSTGRES_URL'
  },
  {
    when: hears(/password must be a (non-empty )?string/),
    verdict: 'end',
    says: ({ where }) => `${where} asks for a password, and POSTGRES_URL has none`,
    todo: 'set it to postgres://user:password@host:5432/database'
  },
  {
    when: fault => is(/^(ENOENT|EACCES|EISDIR)$/)(fault) && hears(/, (open|read)\b/)(fault),
    verdict: 'end',
    says: means('is not asked: a file of POSTGRES_URL cannot be read'),
    todo: 'correct sslrootcert, sslcert and sslkey in it'
  },
  {
    when: is(/^(ERR_OSSL|ERR_CRYPTO)/),
    verdict: 'end',
    says: means('is not asked: a certificate or key of POSTGRES_URL is none'),
    todo: 'correct sslrootcert, sslcert and sslkey in it'
  },
  {
    when: is(/^(ERR_SSL_|EPROTO)/),
    verdict: 'end',
    says: means('and this machine do not agree on TLS'),
    todo: 'look at its TLS settings, and whether host and port in POSTGRES_URL are those of PostgreSQL'
  },
  {
    when: is(/^(ECONNREFUSED|ENOENT)$/),
    verdict: 'wait',
    says: ({ where, said }) => `${where} does not answer: nothing listens there (${said})`,
    todo: 'start the server, or correct host and port in POSTGRES_URL'
  },
  {
    when: is(/^ENOTFOUND$/),
    verdict: 'wait',
    says: ({ where, said }) => `${where} does not answer: there is no such host (${said})`,
    todo: 'correct the host in POSTGRES_URL, or look at the name service'
  },
  {
    when: is(/^EAI_/),
    verdict: 'wait',
    says: ({ where, said }) => `${where} does not answer: the name service fails (${said})`,
    todo: 'look at the name service (DNS) of this machine'
  },
  {
    when: is(/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EACCES|EPERM|EADDRNOTAVAIL)$/),
    verdict: 'wait',
    says: ({ where, said }) => `${where} does not answer: there is no way to it (${said})`,
    todo: 'look at the network and the firewalls between'
  },
  {
    when: hears(/^timeout exceeded when trying to connect/),
    verdict: 'wait',
    says: () => 'every connection of this process to PostgreSQL is busy',
    todo: 'look for locks (pg_locks) and for load, if that lasts'
  },
  {
    when: hears(/^Query read timeout/),
    verdict: 'wait',
    says: ({ where }) => `${where} does not answer: a statement had no answer in time`,
    todo: 'look for locks (pg_locks), for load, and at the network'
  },
  {
    when: fault => is(/^ETIMEDOUT$/)(fault) || hears(/timeout/)(fault),
    verdict: 'wait',
    says: ({ where, said }) => `${where} does not answer in time (${said})`,
    todo: 'look at the network, the firewalls between, and host and port in POSTGRES_URL'
  },
  {
    when: fault => is(/^(ECONNRESET|EPIPE|ECONNABORTED)$/)(fault) || hears(/^Connection terminated/)(fault),
    verdict: 'wait',
    says: ({ where, said }) => `${where} does not answer: the connection was closed (${said})`,
    todo: 'see its log if that lasts'
  },
  { when: () => true, verdict: 'wait', says: means('does not answer') }
]
