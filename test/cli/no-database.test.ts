import { describe, expect, test } from '@jest/globals'
import { systemClock } from '../../src/runtime/clock.ts'
import { doctorsWords, sinksWords } from '../support/database-words.ts'
import { errorResponse, type OddServer, saying, silent, withCertificate } from '../support/odd-server.ts'
import { selfSigned } from '../support/self-signed.ts'

describe('what listens and is no database that can be used', () => {
  const certificate = selfSigned('db.example', systemClock.now())
  const ODD: readonly (readonly [string, () => Promise<OddServer>, string, 'ended' | 'waits', RegExp])[] = [
    [
      'a web server',
      () => saying(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
      '',
      'ended',
      /does not speak PostgreSQL.*HTTP\/1\.1 400.*host and port/
    ],
    ['an SSH server', () => saying(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')), '', 'ended', /does not speak PostgreSQL/],
    ['a server that never answers', silent, '?connect_timeout=1', 'waits', /does not answer in time/],
    ['a server that hangs up', () => saying(Buffer.alloc(0)), '', 'waits', /the connection was closed/],
    [
      'a database that starts',
      () => saying(errorResponse('57P03', 'the database system is starting up')),
      '',
      'waits',
      /takes no connections yet/
    ],
    [
      'a full database',
      () => saying(errorResponse('53300', 'sorry, too many clients already')),
      '',
      'waits',
      /no connection left.*max_connections/
    ],
    [
      'PgBouncer, and a setting that it refuses',
      () => saying(errorResponse('08P01', 'unsupported startup parameter: search_path')),
      '',
      'ended',
      /behind a pooler.*ignore_startup_parameters/
    ],
    [
      'PgBouncer that does not know the database',
      () => saying(errorResponse('08P01', 'no such database: market')),
      '',
      'ended',
      /pooler that does not know the database/
    ],
    [
      'PgBouncer whose database is away',
      () => saying(errorResponse('08P01', 'server login has been failing, try again later (server_login_retry)')),
      '',
      'waits',
      /pooler that does not reach its database/
    ],
    [
      'no entry for this host',
      () =>
        saying(
          errorResponse(
            '28000',
            'no pg_hba.conf entry for host "10.0.0.9", user "me", database "market", SSL encryption'
          )
        ),
      '',
      'ended',
      /let its pg_hba\.conf take this host/
    ],
    [
      'no entry without TLS',
      () =>
        saying(
          errorResponse(
            '28000',
            'no pg_hba.conf entry for host "10.0.0.9", user "me", database "market", no encryption'
          )
        ),
      '',
      'ended',
      /add \?sslmode=verify-full/
    ],
    [
      'a CA that is not known',
      () => withCertificate(certificate),
      '?sslmode=require',
      'ended',
      /CA that is not known here.*sslrootcert=/
    ],
    [
      'a CA file that is not there',
      () => withCertificate(certificate),
      '?sslmode=verify-full&sslrootcert=/nowhere/ca.pem',
      'ended',
      /a file of POSTGRES_URL cannot be read.*sslrootcert/
    ]
  ]

  test.each(ODD)('%s', async (_, listen, options, kind, words) => {
    const server = await listen()
    try {
      const url = `postgres://me:secret@127.0.0.1:${server.port}/market${options}`
      const sink = await sinksWords(url)
      expect(sink.kind).toBe(kind)
      expect(sink.words).toMatch(words)
      expect(await doctorsWords(url)).toEqual([sink.words])
    } finally {
      await server.close()
    }
  })
})
