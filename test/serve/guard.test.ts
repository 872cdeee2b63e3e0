import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { createTries } from '../../src/serve/http/attempt-limit.ts'
import { requireOrigin, requireToken } from '../../src/serve/http/guard.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { bearing, LOCKED, OPEN, TOKEN } from '../support/guards.ts'

const request = (headers: IncomingHttpHeaders, remoteAddress = '192.0.2.1'): IncomingMessage =>
  ({ headers, socket: { remoteAddress } }) as IncomingMessage

describe('the guard', () => {
  test.each([
    [{ host: '127.0.0.1:8080' }],
    [{ host: 'localhost:8080' }],
    [{ host: '[::1]:8080' }],
    [{ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }],
    [{ host: '127.0.0.1:8080', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }]
  ])('lets in what comes from this machine: %j', headers => {
    expect(() => requireOrigin(request(headers), OPEN)).not.toThrow()
  })

  test.each([
    ['a page of another origin', { host: '127.0.0.1:8080', origin: 'http://elsewhere.example' }],
    ['a page at another port', { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:3000' }],
    ['a page without a name', { host: '127.0.0.1:8080', origin: 'null' }],
    ['a script tag elsewhere', { host: '127.0.0.1:8080', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a name that was made to point here', { host: 'elsewhere.example:8080' }],
    ['a request without a name', {}]
  ])('turns away %s', (_, headers) => {
    expect(() => requireOrigin(request(headers), OPEN)).toThrow(expect.objectContaining({ status: 403 }))
  })

  test('lets in pages of the origins that are listed, to the letter, and under its own name alone', () => {
    const guard = { ...OPEN, origins: ['https://charts.example'] }
    const from = (origin: string, host = '127.0.0.1:8080') =>
      request({ host, origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })
    expect(() => requireOrigin(from('https://charts.example'), guard)).not.toThrow()
    for (const other of ['http://charts.example', 'https://charts.example:444', 'https://charts.example.org', 'null'])
      expect(() => requireOrigin(from(other), guard)).toThrow(expect.objectContaining({ status: 403 }))
    expect(() => requireOrigin(from('https://charts.example', 'elsewhere.example'), guard)).toThrow('is not the name')
  })

  test('with a token, the gateway may have any name', () => {
    expect(() => requireOrigin(request({ host: 'market.example' }), LOCKED)).not.toThrow()
  })

  const newTries = () => createTries(fakeClock(), () => undefined)

  test.each([
    [bearing(TOKEN)],
    [{ 'sec-websocket-protocol': `bearer.${TOKEN}` }],
    [{ 'sec-websocket-protocol': `other, bearer.${TOKEN}` }]
  ])('knows its token: %j', headers => {
    expect(() => requireToken(request(headers), LOCKED, newTries())).not.toThrow()
  })

  test.each([
    [{}],
    [bearing(TOKEN.slice(1))],
    [bearing(`${TOKEN}0`)],
    [{ authorization: `Basic ${TOKEN}` }],
    [{ authorization: TOKEN }]
  ])('asks for the token: %j', headers => {
    expect(() => requireToken(request(headers), LOCKED, newTries())).toThrow(expect.objectContaining({ status: 401 }))
  })

  test('asks nobody for a token that was never set', () => {
    expect(() => requireToken(request({}), OPEN, newTries())).not.toThrow()
  })
})

describe('wrong tokens', () => {
  const scene = () => {
    const clock = fakeClock()
    const told: string[] = []
    const tries = createTries(clock, address => told.push(address))
    const ask = (token: string | null, address?: string): number => {
      try {
        requireToken(request(token === null ? {} : bearing(token), address), LOCKED, tries)
        return 200
      } catch (error) {
        return (error as { status: number }).status
      }
    }
    const often = (count: number, ...asked: Parameters<typeof ask>) =>
      Array.from({ length: count }, () => ask(...asked)).map((code, n) => `${n < 10 ? 'early' : 'late'} ${code}`)
    return { clock, told, ask, often }
  }

  test('are refused unread after ten, the right one too, so that no answer tells them apart', () => {
    const { ask, often, told } = scene()
    expect(new Set(often(400, 'wrong'))).toEqual(new Set(['early 401', 'late 429']))
    expect(ask(TOKEN)).toBe(429)
    expect(ask(null)).toBe(401)
    expect(told).toEqual(['192.0.2.1'])
  })

  test('make nobody wait for more than seconds after the last of them, nor at another address', async () => {
    const { clock, ask, often } = scene()
    often(400, 'wrong')
    expect(ask(TOKEN, '192.0.2.2')).toBe(200)
    await clock.sleep(3_000)
    expect([ask(TOKEN), ask(TOKEN), ask('wrong'), ask(TOKEN)]).toEqual([200, 200, 401, 429])
    await clock.sleep(30_000)
    expect(new Set(often(11, 'wrong'))).toEqual(new Set(['early 401', 'late 429']))
  })

  test('of one network are of one address, however it is written', () => {
    const { ask, often } = scene()
    often(10, 'wrong', '2001:db8:0:7::1')
    expect(ask('wrong', '2001:db8:0:7:aaaa:bbbb:cccc:dddd')).toBe(429)
    expect(ask('wrong', '2001:db8:0:8::1')).toBe(401)
    often(10, 'wrong', '::ffff:192.0.2.9')
    expect(ask('wrong', '192.0.2.9')).toBe(429)
  })

  test('are told of once, until their address has all its tries again', async () => {
    const { clock, often, told } = scene()
    often(20, 'wrong')
    await clock.sleep(6_000)
    often(20, 'wrong')
    expect(told).toHaveLength(1)
    await clock.sleep(40_000)
    often(20, 'wrong')
    expect(told).toHaveLength(2)
  })
})
