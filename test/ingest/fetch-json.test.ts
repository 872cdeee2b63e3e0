import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { fetchJson } from '../../src/ingest/transport/fetch-json.ts'

let server: Server
let url: string
const { signal } = new AbortController()

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/never') return
    if (request.url === '/echo') {
      response.writeHead(200, { 'x-method': request.method, 'x-type': request.headers['content-type'] ?? 'none' })
      request.pipe(response)
      return
    }
    const isJson = request.url === '/json'
    response.writeHead(isJson ? 200 : 502, { 'x-mbx-used-weight-1m': '75' }).end(isJson ? '[{"id":1}]' : '<html>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('an answer over HTTP', () => {
  test('has its status, its headers and its JSON', async () => {
    const answer = await fetchJson(`${url}/json`, signal)
    expect(answer).toMatchObject({ status: 200, body: [{ id: 1 }] })
    expect(answer.header('X-MBX-USED-WEIGHT-1M')).toBe('75')
    expect(answer.header('retry-after')).toBeNull()
  })

  test('that is no JSON is given as text', async () => {
    expect(await fetchJson(`${url}/html`, signal)).toMatchObject({ status: 502, body: '<html>' })
  })

  test('is asked for by a body where there is one', async () => {
    const posted = await fetchJson(`${url}/echo`, signal, '{"type":"meta"}')
    expect(posted.body).toEqual({ type: 'meta' })
    expect([posted.header('x-method'), posted.header('x-type')]).toEqual(['POST', 'application/json'])
    const got = await fetchJson(`${url}/echo`, signal)
    expect([got.header('x-method'), got.header('x-type')]).toEqual(['GET', 'none'])
  })

  test('that does not come is a failure to be retried, and names who was asked', async () => {
    await expect(fetchJson('http://127.0.0.1:1/json', signal)).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining('http://127.0.0.1:1 does not answer')
    })
  })

  test('is not waited for after the stop', async () => {
    const stop = new AbortController()
    const asked = fetchJson(`${url}/never`, stop.signal)
    stop.abort(new Error('stopped'))
    await expect(asked).rejects.toThrow('stopped')
  })
})
