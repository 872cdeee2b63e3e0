import { once } from 'node:events'
import { WebSocket } from 'ws'

/**
 * `node bench/live-clients.ts URL CLIENTS SYMBOLS PER_CLIENT STALLED`: clients on the gateway's sockets, each on the candles of a few
 * symbols. Says so when all have their snapshots, and, asked for it with the number of the last commit, when which commit reached whom.
 */
const [url = '', clients = '', symbols = '', perClient = '', stalled = ''] = process.argv.slice(2)

/** The gateway lets a socket go that does not answer two pings; so one of two is always there. */
const STALL_AGAIN_MS = 15_000
const STALLED_SUBSCRIPTIONS = 20

type Heard = { readonly id: string; readonly type: string; readonly data: readonly { readonly tradeCount: number }[] }

const commits: number[] = []
const receivedAt: number[] = []
const newest = new Map<string, number>()

const open = async (): Promise<WebSocket> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { perMessageDeflate: false })
  await once(socket, 'open')
  return socket
}

const hear = (client: number, { id, type, data }: Heard): void => {
  const now = Date.now()
  const name = `${client} ${id}`
  if (type === 'snapshot') newest.set(name, -1)
  else
    for (const { tradeCount } of data) {
      commits.push(tradeCount)
      receivedAt.push(now)
      newest.set(name, tradeCount)
    }
}

/** The candles of every nth symbol, so that all are wanted by as many. */
const subscribe = async (client: number): Promise<void> => {
  const socket = await open()
  socket.on('message', text => hear(client, JSON.parse(String(text))))
  for (let n = 0; n < Number(perClient); n++) {
    const symbol = `C${(client * Number(perClient) + n) % Number(symbols)}/USDT`
    const wanted = { channel: 'candles', exchange: 'sim', symbol, interval: '1s' }
    socket.send(JSON.stringify({ op: 'subscribe', id: String(n), ...wanted }))
  }
}

/** Wants every candle many times over, and reads nothing. */
const stall = async (): Promise<void> => {
  const socket = await open()
  socket.pause()
  for (let n = 0; n < STALLED_SUBSCRIPTIONS; n++)
    socket.send(JSON.stringify({ op: 'subscribe', id: String(n), channel: 'candles' }))
}

const say = (message: object): void => void process.send?.(message)

process.on('message', (lastCommit: number) => {
  const behind = [...newest.values()].filter(commit => commit < lastCommit).length
  say({ commits: Int32Array.from(commits), receivedAt: Float64Array.from(receivedAt), behind })
})

for (let client = 0; client < Number(clients); client++) await subscribe(client)
while (newest.size < Number(clients) * Number(perClient)) await new Promise(resolve => setTimeout(resolve, 20))
if (stalled === 'stalled') {
  await stall()
  setInterval(stall, STALL_AGAIN_MS)
}
say({ ready: newest.size })
