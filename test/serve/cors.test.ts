import { afterEach, describe, expect, test } from '@jest/globals'
import { closeGateways, filledGateway, get, openGateway, WHERE } from '../support/ask-gateway.ts'
import { bearing, LOCKED, OPEN, TOKEN } from '../support/guards.ts'

afterEach(closeGateways)

const PAGE = 'https://charts.example'
const guard = { ...OPEN, origins: [PAGE, 'http://127.0.0.1:3000'] }
const FROM_PAGE = { origin: PAGE, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }

const allowed = (headers: Headers) => [
  headers.get('access-control-allow-origin'),
  headers.get('vary')?.includes('origin')
]

describe('a page of another origin', () => {
  test.each(['/udf/config', `/api/v1/candles?${WHERE}`, '/api/v3/time', '/openapi.json'])(
    'that is listed reads %s',
    async url => {
      const { code, headers } = await get(await filledGateway({ guard }), url, FROM_PAGE)
      expect([code, ...allowed(headers)]).toEqual([200, PAGE, true])
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  )

  test('that is listed reads what was wrong with its request, whoever says it', async () => {
    const made = await openGateway({ guard: { ...guard, token: TOKEN }, mostRequests: 3 })
    for (const [url, code, headers] of [
      ['/api/v1/candles', 401, {}],
      ['/api/v1/candles', 400, bearing(TOKEN)],
      ['/udf/none', 404, bearing(TOKEN)],
      ['/udf/time', 429, bearing(TOKEN)]
    ] as const) {
      const answer = await get(made, url, { ...FROM_PAGE, ...headers })
      expect([answer.code, ...allowed(answer.headers)]).toEqual([code, PAGE, true])
    }
  })

  test('that is listed hears events', async () => {
    const made = await openGateway({ guard })
    const gone = new AbortController()
    const url = `${made.url}/api/v1/stream?channel=status`
    const { headers } = await fetch(url, { headers: FROM_PAGE, signal: gone.signal })
    expect(allowed(headers)).toEqual([PAGE, true])
    gone.abort()
  })

  test('that is not listed is refused, as every page is where none is', async () => {
    const other = { ...FROM_PAGE, origin: 'https://elsewhere.example' }
    for (const options of [{ guard }, {}]) {
      const { code, headers } = await get(await openGateway(options), '/udf/config', other)
      expect([code, headers.get('access-control-allow-origin')]).toEqual([403, null])
    }
  })

  test('is not told of another: what depends on the origin says so to everybody', async () => {
    const { code, headers } = await get(await openGateway({ guard }), '/udf/config')
    expect([code, ...allowed(headers)]).toEqual([200, null, true])
  })

  test('asks before it sends a token, and need not bear it for that', async () => {
    const made = await openGateway({ guard: { ...LOCKED, origins: [PAGE] } })
    const preflight = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' }
    const ask = (origin: string) =>
      fetch(`${made.url}/api/v1/alert-rules/x`, { method: 'OPTIONS', headers: { ...preflight, origin } })
    const { status, headers } = await ask(PAGE)
    expect([status, ...allowed(headers)]).toEqual([204, PAGE, true])
    expect(headers.get('access-control-allow-headers')).toContain('authorization')
    expect(headers.get('access-control-allow-methods')).toContain('PUT')
    expect((await ask('https://elsewhere.example')).status).toBe(403)
  })
})
