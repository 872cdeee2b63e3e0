import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type WebSocket, WebSocketServer } from 'ws'
import { openSocket, type Socket } from '../../src/ingest/transport/open-socket.ts'

let http: Server
let server: WebSocketServer
let url: string
let socket: Socket

beforeEach(async () => {
  http = createServer((_, response) => response.writeHead(403).end())
  server = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, raw, head) => {
    if (request.url === '/refused') raw.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    else server.handleUpgrade(request, raw, head, ws => server.emit('connection', ws))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`
})

afterEach(() => {
  socket.terminate()
  for (const client of server.clients) client.terminate()
  http.close()
})

type Told = {
  readonly frames: Buffer[]
  readonly binary: boolean[]
  pongs: number
  closed: PromiseWithResolvers<string>
}

/** Opens a socket; gives what it tells, and the other end. */
const open = async (path = ''): Promise<{ told: Told; peer: WebSocket }> => {
  const told: Told = { frames: [], binary: [], pongs: 0, closed: Promise.withResolvers() }
  const opened = Promise.withResolvers<void>()
  const connected = once(server, 'connection')
  socket = openSocket(url + path, {
    onOpen: opened.resolve,
    onFrame: (bytes, isBinary) => {
      told.frames.push(bytes)
      told.binary.push(isBinary)
    },
    onPong: () => {
      told.pongs += 1
    },
    onClose: (code, reason) => told.closed.resolve(`${code} ${reason}`)
  })
  const [peer] = (await connected) as [WebSocket]
  await opened.promise
  return { told, peer }
}

const sent = (peer: WebSocket, data: string | Buffer, binary: boolean): Promise<void> =>
  new Promise(resolve => peer.send(data, { binary }, () => resolve()))

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise(resolve => setImmediate(resolve))
}

describe('a socket', () => {
  test('gives frames as they are: large ones, binary ones, and text that is no UTF-8', async () => {
    const { told, peer } = await open()
    const huge = 'x'.repeat(5 * 1024 * 1024)
    await sent(peer, huge, false)
    await sent(peer, Buffer.from([1, 2, 255]), true)
    await sent(peer, Buffer.from([0xff, 0xfe, 0x41]), false)
    await until(() => told.frames.length === 3)
    expect(told.frames[0]!.toString() === huge).toBe(true)
    expect(told.frames.slice(1)).toEqual([Buffer.from([1, 2, 255]), Buffer.from([0xff, 0xfe, 0x41])])
    expect(told.binary).toEqual([false, true, false])
  })

  test('hears the answer to its ping', async () => {
    const { told } = await open()
    socket.ping()
    await until(() => told.pongs === 1)
    expect(told.pongs).toBe(1)
  })

  test('reads nothing while it is paused', async () => {
    const { told, peer } = await open()
    socket.pause()
    await sent(peer, 'held', false)
    await new Promise(resolve => setImmediate(resolve))
    expect(told.frames).toEqual([])
    socket.resume()
    await until(() => told.frames.length === 1)
    expect(told.frames[0]!.toString()).toBe('held')
  })

  test('tells how it was closed', async () => {
    const { told, peer } = await open()
    peer.close(1008, 'Too many requests')
    expect(await told.closed.promise).toBe('1008 Too many requests')
  })

  test('tells when it was cut, or ended by us', async () => {
    const cut = await open()
    cut.peer.terminate()
    expect(await cut.told.closed.promise).toMatch(/^1006/)
    const ended = await open()
    socket.terminate()
    expect(await ended.told.closed.promise).toMatch(/^1006/)
  })

  test('that is refused says with which status, and can be asked for nothing', async () => {
    const closed = Promise.withResolvers<string>()
    socket = openSocket(`${url}/refused`, {
      onOpen: () => undefined,
      onFrame: () => undefined,
      onPong: () => undefined,
      onClose: (code, reason) => closed.resolve(`${code} ${reason}`)
    })
    socket.ping()
    socket.send('too early')
    expect(await closed.promise).toMatch(/1006.*403/)
  })
})
