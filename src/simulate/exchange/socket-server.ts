import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../../runtime/clock.ts'
import type { Connection } from './connection.ts'

/** Above so many waiting bytes the fastest market waits for its readers. */
const CALM_BYTES = 1 << 20

/** Opens a connection; null where the client is turned away. */
type Accept = (ws: WebSocket, socket: Duplex) => Connection | null

/** The connections of an exchange's clients, whatever is said on them. */
export type SocketServer = {
  /** How a client comes in that asks for this address; a status where it is turned away. */
  readonly admit: (address: URL) => Accept | '404 Not Found' | '503 Service Unavailable'
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly connections: () => ReadonlySet<Connection>
  /** What `send` sends travels in one piece. */
  readonly together: (send: () => void) => void
  /** No reader is far behind. */
  readonly calm: () => boolean
  /** Breaks all connections and refuses new ones for so long. */
  readonly breakFor: (ms: number) => void
  readonly close: () => void
}

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
}

/** `accept` gives null for an address that the exchange does not have. */
export const createSocketServer = (clock: Clock, accept: (address: URL) => Accept | null): SocketServer => {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const connections = new Set<Connection>()
  let closedUntil = 0
  const cutAll = (): void => {
    for (const connection of [...connections]) connection.terminate()
  }
  const admit: SocketServer['admit'] = address => {
    const open = accept(address)
    if (!open) return '404 Not Found'
    if (clock.monotonicMs() < closedUntil) return '503 Service Unavailable'
    return (ws, socket) => {
      const connection = open(ws, socket)
      if (!connection) return null
      connections.add(connection)
      ws.on('close', () => connections.delete(connection))
      return connection
    }
  }
  return {
    admit,
    upgrade: (request, socket, head) => {
      const open = admit(new URL((request.url ?? '/').replace(/^\/+/, '/'), 'http://exchange'))
      if (typeof open === 'string') return refuse(socket, open)
      server.handleUpgrade(request, socket, head, ws => open(ws, socket))
    },
    connections: () => connections,
    together: send => {
      const corked = [...connections]
      for (const connection of corked) connection.cork()
      send()
      for (const connection of corked) connection.uncork()
    },
    calm: () => [...connections].every(connection => connection.waiting() < CALM_BYTES),
    breakFor: ms => {
      closedUntil = clock.monotonicMs() + ms
      cutAll()
    },
    close: () => {
      cutAll()
      server.close()
    }
  }
}
