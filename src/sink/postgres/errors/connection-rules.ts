import { UNKNOWN_CA } from '../../../runtime/observe/tls-problem.ts'
import type { Fault, Rule } from './fault.ts'

const hasCode =
  (codes: RegExp) =>
  (fault: Fault): boolean =>
    codes.test(fault.code)

const hasMessage =
  (pattern: RegExp) =>
  (fault: Fault): boolean =>
    pattern.test(fault.message)

const means =
  (what: string) =>
  ({ where, message }: Fault): string =>
    `${where} ${what}: ${message}`

/** What can be wrong between here and the database; the first that fits counts. */
export const CONNECTION_RULES: readonly Rule[] = [
  {
    when: hasMessage(/does not speak PostgreSQL/),
    verdict: 'end',
    describe: ({ where, message }) => `${where}: ${message}`,
    todo: 'correct host and port in POSTGRES_URL'
  },
  {
    when: hasCode(UNKNOWN_CA),
    verdict: 'end',
    describe: means('shows a certificate of a CA that is not known here'),
    todo: 'add ?sslmode=verify-full&sslrootcert=/path/ca.pem to POSTGRES_URL, with the CA of that certificate (or set NODE_EXTRA_CA_CERTS); ?uselibpqcompat=true&sslmode=require encrypts and asks for no proof'
  },
  {
    when: hasCode(/^ERR_TLS_CERT_ALTNAME_INVALID$/),
    verdict: 'end',
    describe: means('shows a certificate of another name'),
    todo: 'use in POSTGRES_URL the name that the certificate holds, or let it be made for this one'
  },
  {
    when: hasCode(/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/),
    verdict: 'wait',
    describe: means('shows a certificate that is not valid today'),
    todo: 'renew it, or set the clock of this machine'
  },
  {
    when: hasMessage(/server does not support SSL/),
    verdict: 'end',
    describe: means('offers no TLS, which POSTGRES_URL asks for'),
    todo: 'switch ssl on there, or set sslmode=disable in POSTGRES_URL'
  },
  {
    when: hasMessage(/password must be a (non-empty )?string/),
    verdict: 'end',
    describe: ({ where }) => `${where} asks for a password, and POSTGRES_URL has none`,
    todo: 'set it to postgres://user:password@host:5432/database'
  },
  {
    when: fault => hasCode(/^(ENOENT|EACCES|EISDIR)$/)(fault) && hasMessage(/, (open|read)\b/)(fault),
    verdict: 'end',
    describe: means('is not asked: a file of POSTGRES_URL cannot be read'),
    todo: 'correct sslrootcert, sslcert and sslkey in it'
  },
  {
    when: hasCode(/^(ERR_OSSL|ERR_CRYPTO)/),
    verdict: 'end',
    describe: means('is not asked: a certificate or key of POSTGRES_URL is none'),
    todo: 'correct sslrootcert, sslcert and sslkey in it'
  },
  {
    when: hasCode(/^(ERR_SSL_|EPROTO)/),
    verdict: 'end',
    describe: means('and this machine do not agree on TLS'),
    todo: 'look at its TLS settings, and whether host and port in POSTGRES_URL are those of PostgreSQL'
  },
  {
    when: hasCode(/^(ECONNREFUSED|ENOENT)$/),
    verdict: 'wait',
    describe: ({ where, message }) => `${where} does not answer: nothing listens there (${message})`,
    todo: 'start the server, or correct host and port in POSTGRES_URL'
  },
  {
    when: hasCode(/^ENOTFOUND$/),
    verdict: 'wait',
    describe: ({ where, message }) => `${where} does not answer: there is no such host (${message})`,
    todo: 'correct the host in POSTGRES_URL, or look at the name service'
  },
  {
    when: hasCode(/^EAI_/),
    verdict: 'wait',
    describe: ({ where, message }) => `${where} does not answer: the name service fails (${message})`,
    todo: 'look at the name service (DNS) of this machine'
  },
  {
    when: hasCode(/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EACCES|EPERM|EADDRNOTAVAIL)$/),
    verdict: 'wait',
    describe: ({ where, message }) => `${where} does not answer: there is no way to it (${message})`,
    todo: 'look at the network and the firewalls between'
  },
  {
    when: hasMessage(/^timeout exceeded when trying to connect/),
    verdict: 'wait',
    describe: () => 'every connection of this process to PostgreSQL is busy',
    todo: 'look for locks (pg_locks) and for load, if that lasts'
  },
  {
    when: hasMessage(/^Query read timeout/),
    verdict: 'wait',
    describe: ({ where }) => `${where} does not answer: a statement had no answer in time`,
    todo: 'look for locks (pg_locks), for load, and at the network'
  },
  {
    when: fault => hasCode(/^ETIMEDOUT$/)(fault) || hasMessage(/timeout/)(fault),
    verdict: 'wait',
    describe: ({ where, message }) => `${where} does not answer in time (${message})`,
    todo: 'look at the network, the firewalls between, and host and port in POSTGRES_URL'
  },
  {
    when: fault => hasCode(/^(ECONNRESET|EPIPE|ECONNABORTED)$/)(fault) || hasMessage(/^Connection terminated/)(fault),
    verdict: 'wait',
    describe: ({ where, message }) => `${where} does not answer: the connection was closed (${message})`,
    todo: 'see its log if that lasts'
  },
  { when: () => true, verdict: 'wait', describe: means('does not answer') }
]
