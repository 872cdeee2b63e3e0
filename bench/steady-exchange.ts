import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

const TICK_MS = 5

/** `node bench/steady-exchange.ts RATE SYMBOLS`: an exchange that prints trades evenly, so many a second over all symbols, and has no history. */
const [rate = '5000', count = '10'] = process.argv.slice(2)
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
const print = (): void => {
  if (clients.size === 0) return
  if (startedAt === 0) startedAt = performance.now()
  const due = ((performance.now() - startedAt) / 1000) * Number(rate)
  const time = Date.now()
  for (; sent < due; sent++) {
    const text = frame(symbols[sent % symbols.length]!, time)
    for (const client of clients) client.send(text)
  }
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ ws: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` })}\n`)
  setInterval(print, TICK_MS)
})
