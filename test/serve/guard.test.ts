import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { requireSameOrigin, requireToken } from '../../src/serve/guard.ts'

const request = (headers: IncomingHttpHeaders): IncomingMessage => ({ headers }) as IncomingMessage

const OPEN = { token: null, host: '127.0.0.1' }
const LOCKED = { token: 'secret', host: '0.0.0.0' }

describe('the guard', () => {
  test.each([
    [{ host: '127.0.0.1:8080' }],
    [{ host: 'localhost:8080' }],
    [{ host: '[::1]:8080' }],
    [{ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }],
    [{ host: '127.0.0.1:8080', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }]
  ])('lets in what comes from this machine: %j', headers => {
    expect(() => requireSameOrigin(request(headers), OPEN)).not.toThrow()
  })

  test.each([
    ['a page of another origin', { host: '127.0.0.1:8080', origin: 'http://elsewhere.example' }],
    ['a page at another port', { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:3000' }],
    ['a page without a name', { host: '127.0.0.1:8080', origin: 'null' }],
    ['a script tag elsewhere', { host: '127.0.0.1:8080', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a name that was made to point here', { host: 'elsewhere.example:8080' }],
    ['a request without a name', {}]
  ])('turns away %s', (_, headers) => {
    expect(() => requireSameOrigin(request(headers), OPEN)).toThrow(expect.objectContaining({ status: 403 }))
  })

  test('with a token, the gateway may have any name', () => {
    expect(() => requireSameOrigin(request({ host: 'market.example' }), LOCKED)).not.toThrow()
  })

  test.each([
    [{ authorization: 'Bearer secret' }],
    [{ 'sec-websocket-protocol': 'bearer.secret' }],
    [{ 'sec-websocket-protocol': 'other, bearer.secret' }]
  ])('knows its token: %j', headers => {
    expect(() => requireToken(request(headers), LOCKED)).not.toThrow()
  })

  test.each([
    [{}],
    [{ authorization: 'Bearer secre' }],
    [{ authorization: 'Basic secret' }],
    [{ authorization: 'secret' }]
  ])('asks for the token: %j', headers => {
    expect(() => requireToken(request(headers), LOCKED)).toThrow(expect.objectContaining({ status: 401 }))
  })

  test('asks nobody for a token that was never set', () => {
    expect(() => requireToken(request({}), OPEN)).not.toThrow()
  })
})
