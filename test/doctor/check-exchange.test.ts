import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { WebSocketServer } from 'ws'
import { checkExchange } from '../../src/doctor/check-exchange.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { silent } from '../support/silent.ts'

let server: Server
let sockets: WebSocketServer
let port: number
/** What is asked of REST, and what it answers. */
let asked: string[]
let respond: (response: ServerResponse) => void
/** What the handshake of a socket answers; null: it opens. */
let refusedWith: string | null

const tell = (serverTime: number) => (response: ServerResponse) => void response.end(JSON.stringify({ serverTime }))

beforeEach(async () => {
  asked = []
  respond = response => tell(Date.now())(response)
  refusedWith = null
  sockets = new WebSocketServer({ noServer: true })
  server = createServer((request, response) => {
    asked.push(`${request.method === 'POST' ? 'POST ' : ''}${request.url}`)
    respond(response)
  })
  server.on('upgrade', (request, raw, head) => {
    asked.push(request.url ?? '')
    if (refusedWith) raw.end(`HTTP/1.1 ${refusedWith}\r\nConnection: close\r\n\r\n`)
    else sockets.handleUpgrade(request, raw, head, socket => sockets.emit('connection', socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})

afterEach(() => {
  for (const client of sockets.clients) client.terminate()
  server.closeAllConnections()
  server.close()
})

const check = (symbols = 'binance:BTC/USDT') =>
  checkExchange({
    config: readConfig({
      SYMBOLS: symbols,
      BINANCE_WS_URL: `ws://127.0.0.1:${port}`,
      BINANCE_REST_URL: `http://127.0.0.1:${port}`,
      HYPERLIQUID_WS_URL: `ws://127.0.0.1:${port}`,
      HYPERLIQUID_REST_URL: `http://127.0.0.1:${port}`
    }),
    log: silent,
    signal: new AbortController().signal
  })

describe('an exchange', () => {
  test('of which SYMBOLS names a pattern alone is looked at all the same', async () => {
    expect((await check('binance:*/USDT')).map(({ part, state }) => `${part} ${state}`)).toEqual([
      'Exchange REST ok',
      'Clock ok',
      'Exchange WebSocket ok'
    ])
  })

  test('that answers and opens is in order, as is the clock', async () => {
    expect(await check()).toMatchObject([
      { part: 'Exchange REST', state: 'ok', says: `http://127.0.0.1:${port} answers` },
      { part: 'Clock', state: 'ok' },
      { part: 'Exchange WebSocket', state: 'ok', says: `ws://127.0.0.1:${port} opens` }
    ])
    expect(asked.sort()).toEqual(['/api/v3/time', '/stream?streams=btcusdt@trade'])
  })

  test('that is asked by POST is asked so', async () => {
    respond = response => void response.end(JSON.stringify({ specialStatuses: null, time: Date.now() }))
    const findings = await check('hyperliquid:BTC/USDC:USDC')
    expect(findings.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok'])
    expect(asked.sort()).toEqual(['/ws', 'POST /info'])
  })

  test('whose clock is a minute ahead is a note with what to do', async () => {
    respond = response => tell(Date.now() + 60_000)(response)
    const [, clock] = await check()
    expect(clock).toMatchObject({ state: 'note', says: expect.stringMatching(/^(59|60)\d{3} ms behind the exchange$/) })
    expect(clock?.todo).toContain('NTP')
  })

  test('that does not tell its time is a note', async () => {
    respond = response => void response.end('{}')
    expect((await check())[1]).toEqual({ part: 'Clock', state: 'note', says: 'the exchange does not tell its time' })
  })

  test('that does not serve this place is missing, with the way out that its adapter knows', async () => {
    respond = response => void response.writeHead(451).end('{}')
    refusedWith = '451 Unavailable For Legal Reasons'
    const [rest, socket] = await check()
    for (const finding of [rest, socket])
      expect(finding).toMatchObject({
        state: 'missing',
        says: expect.stringContaining('451'),
        todo: expect.stringMatching(/^HTTP 451: .*legal reasons.*data-api\.binance\.vision/)
      })
  })

  test('in whose place a page answers is missing', async () => {
    respond = response => void response.end('<html>Sign in</html>')
    expect((await check())[0]).toMatchObject({
      state: 'missing',
      says: `http://127.0.0.1:${port} answers, but with no JSON`,
      todo: expect.stringContaining('check the network')
    })
  })

  test('that nobody knows is told by the ones that are', async () => {
    expect(await check('nowhere:BTC/USDT')).toMatchObject([
      { state: 'missing', says: expect.stringMatching(/"nowhere" is unknown.*binance/), todo: 'correct SYMBOLS' }
    ])
    expect(asked).toEqual([])
  })
})

test('two exchanges are looked at, each by its own adapter', async () => {
  const found = await check('binance:BTC/USDT,sim:ETH/USDT')
  expect(found.map(({ part }) => part)).toEqual([
    ...['Exchange REST', 'Clock', 'Exchange WebSocket'],
    ...['Exchange REST', 'Clock', 'Exchange WebSocket']
  ])
  expect(asked).toContain('/stream?streams=ethusdt@trade')
})
