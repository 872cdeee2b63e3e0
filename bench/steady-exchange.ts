import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

const TICK_MS = 5

/**
 * `node bench/steady-exchange.ts RATE SYMBOLS BURST`: an exchange that prints trades evenly, so many a second over all symbols, and has no history.
 * At SIGUSR2 it prints BURST times as many for a second, and tells when the last of them was sent.
 */
const [rate = '5000', count = '10', burst = '1'] = process.argv.slice(2)
const BURST_MS = 1_000
const symbols = Array.from({ length: Number(count) }, (_, n) => `C${n}USDT`)
const ids = new Map(symbols.map((symbol, n) => [symbol, (n + 1) * 1_000_000]))
const clients = new Set<WebSocket>()

const frame = (symbol: string, time: number): string => {
  const id = (ids.get(symbol) ?? 0) + 1
  ids.set(symbol, id)
  const data = `{"e":"trade","E":${time},"s":"${symbol}","t":${id},"p":"${100 + (id % 50)}.25000000","q":"0.${1000 + (id % 9000)}0000","T":${time},"m":${id % 2 === 0},"M":true}`
  return `{"stream":"${symbol.toLowerCase()}@trade","data":${data}}`
}

const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[]'))
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket, { url }) => {
  if (!url?.includes('@trade')) return
  clients.add(socket)
  socket.on('close', () => clients.delete(socket))
})

let startedAt = 0
let sent = 0
let burstAt: number | null = null
let burstDone = 0

/** Frames that a burst adds to the even ones, from its begin on. */
const added = (now: number): number => {
  if (burstAt === null) return burstDone
  return ((Number(burst) - 1) * Number(rate) * Math.min(BURST_MS, now - burstAt)) / 1000
}

process.on('SIGUSR2', () => {
  burstAt = performance.now()
})

const endBurst = (now: number): void => {
  if (burstAt === null || now - burstAt < BURST_MS) return
  burstDone = added(now)
  burstAt = null
  process.stdout.write(`${JSON.stringify({ burstEndedAt: Date.now() })}\n`)
}

const print = (): void => {
  if (clients.size === 0) return
  if (startedAt === 0) startedAt = performance.now()
  const now = performance.now()
  const due = ((now - startedAt) / 1000) * Number(rate) + added(now)
  const time = Date.now()
  for (; sent < due; sent++) {
    const text = frame(symbols[sent % symbols.length]!, time)
    for (const client of clients) client.send(text)
  }
  endBurst(now)
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ ws: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` })}\n`)
  setInterval(print, TICK_MS)
})
