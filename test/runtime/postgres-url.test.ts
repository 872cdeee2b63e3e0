import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePostgresUrl, SESSION_ATTRS } from '../../src/runtime/config/postgres-url.ts'

const urlsOf = (text: string) => parsePostgresUrl(text)?.hosts.map(({ url }) => url)

describe('a URL of PostgreSQL', () => {
  test('with one host is that host, with the usual port where it has none', () => {
    expect(parsePostgresUrl('postgres://me:secret@db/market')).toEqual({
      hosts: [{ name: 'db:5432', url: 'postgres://me:secret@db:5432/market' }],
      attrs: null,
      connectWithinMs: null
    })
  })

  test('with several hosts is one URL for each, in their order', () => {
    expect(urlsOf('postgresql://me:secret@a:1,[::1],b/market?sslmode=verify-full')).toEqual([
      'postgresql://me:secret@a:1/market?sslmode=verify-full',
      'postgresql://me:secret@[::1]:5432/market?sslmode=verify-full',
      'postgresql://me:secret@b:5432/market?sslmode=verify-full'
    ])
  })

  test("names hosts in libpq's other way too, sockets among them", () => {
    expect(urlsOf('postgres:///market?host=a,b,/run/pg&port=1,2,3')).toEqual([
      'postgres://a:1/market',
      'postgres://b:2/market',
      'postgres://%2Frun%2Fpg:3/market'
    ])
    expect(urlsOf('postgres:///market?host=a,b&port=7')).toEqual(['postgres://a:7/market', 'postgres://b:7/market'])
  })

  test.each(SESSION_ATTRS)('takes target_session_attrs=%s, and keeps it from the client', attrs => {
    const url = parsePostgresUrl(`postgres://a,b/market?target_session_attrs=${attrs}&connect_timeout=3`)
    expect(url).toMatchObject({ attrs, connectWithinMs: 3_000 })
    expect(url?.hosts[0]?.url).toBe('postgres://a:5432/market')
  })

  test('that asks for TLS gets it proven, as the client of PostgreSQL has it, without its warning', () => {
    for (const mode of ['prefer', 'require', 'verify-ca'])
      expect(urlsOf(`postgres://a/market?sslmode=${mode}`)).toEqual(['postgres://a:5432/market?sslmode=verify-full'])
    expect(urlsOf('postgres://a/market?sslmode=require&uselibpqcompat=true')?.[0]).toContain('sslmode=require')
    expect(urlsOf('postgres://a/market?sslmode=verify-full&sslrootcert=system')?.[0]).not.toContain('system')
  })

  test.each([
    'mysql://a/market',
    'postgres:///market',
    'postgres://a,,b/market',
    'postgres://a:0/market',
    'postgres://a:70000/market',
    'postgres://a/market?target_session_attrs=writable',
    'postgres://a/market?connect_timeout=soon',
    'a:5432'
  ])('%s is none', text => {
    expect(parsePostgresUrl(text)).toBeUndefined()
  })

  test('keeps user and password as they are written, whatever is in them', () => {
    const login = fc
      .tuple(fc.string({ minLength: 1 }), fc.string())
      .map(parts => parts.map(encodeURIComponent).join(':'))
    fc.assert(
      fc.property(login, fc.integer({ min: 1, max: 65_535 }), (of, port) => {
        expect(urlsOf(`postgres://${of}@a:${port},b/market`)).toEqual([
          `postgres://${of}@a:${port}/market`,
          `postgres://${of}@b:5432/market`
        ])
      })
    )
  })
})
