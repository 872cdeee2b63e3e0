import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Stands between a stage and its database, and takes answers away. */
export type CuttingProxy = {
  readonly url: string
  /** How many connections were cut after a COMMIT had reached the database and before its answer came back. */
  readonly cuts: () => number
  readonly close: () => Promise<void>
}

const COMMIT = Buffer.from('commit\0')

/** A proxy to the server of `url` that cuts every `nth` commit from its answer, `most` times. */
export const startCuttingProxy = async (url: string, nth: number, most: number): Promise<CuttingProxy> => {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let commits = 0
  let cuts = 0
  const relay = (client: Socket): void => {
    const server = connect(Number(target.port), target.hostname)
    let isCut = false
    const end = (): void => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    client.on('data', (bytes: Buffer) => {
      if (bytes.includes(COMMIT)) isCut = ++commits % nth === 0 && cuts < most
      server.write(bytes)
    })
    // The first thing that the database says after a commit is that it is done.
    server.on('data', bytes => {
      if (!isCut) return void client.write(bytes)
      cuts++
      end()
    })
  }
  const proxy = createServer(relay).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  const here = new URL(url)
  here.port = String(address && typeof address === 'object' ? address.port : 0)
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
    await once(proxy, 'close')
  }
  return { url: here.href, cuts: () => cuts, close }
}
