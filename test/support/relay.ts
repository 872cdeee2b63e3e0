import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A proxy on this machine; `port` is where it listens. */
export type Relay = { readonly port: number; readonly close: () => Promise<void> }

/** Both ways of one connection, and how both are ended at once. */
export type Wire = { readonly client: Socket; readonly server: Socket; readonly end: () => void }

/** Stands between clients and the server of `url`, as it is when each connects; `join` says what passes. A side that ends ends the other. */
export const startRelay = async (url: string | (() => string), join: (wire: Wire) => void): Promise<Relay> => {
  const sockets = new Set<Socket>()
  const relay = (client: Socket): void => {
    const target = new URL(typeof url === 'string' ? url : url())
    const server = connect(Number(target.port), target.hostname)
    const end = (): void => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    join({ client, server, end })
  }
  const proxy = createServer(relay).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
    await once(proxy, 'close')
  }
  return { port: address && typeof address === 'object' ? address.port : 0, close }
}
