import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { SelfSigned } from './self-signed.ts'

/** Something that listens where a database is expected. */
export type OddServer = { readonly port: number; readonly close: () => Promise<void> }

const SSL_REQUEST = 80_877_103

const listen = async (serve: (socket: Socket) => void): Promise<OddServer> => {
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('error', () => undefined).on('close', () => open.delete(socket))
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    }
  }
}

/** https://www.postgresql.org/docs/18/protocol-error-fields.html */
export const errorResponse = (code: string, message: string): Buffer => {
  const fields = [`SFATAL`, `VFATAL`, `C${code}`, `M${message}`].map(field => `${field}\0`).join('')
  const body = Buffer.from(`${fields}\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** Answers whatever comes first with these bytes, and hangs up. */
export const saying = (bytes: Buffer): Promise<OddServer> =>
  listen(socket => void socket.once('data', () => socket.end(bytes)))

/** Takes connections, and never says anything. */
export const silent = (): Promise<OddServer> => listen(socket => void socket.resume())

/** Speaks TLS as PostgreSQL does, with this certificate; whoever gets through is told that the server is starting. */
export const withCertificate = (of: SelfSigned): Promise<OddServer> =>
  listen(socket => {
    socket.once('data', (asked: Buffer) => {
      if (asked.readInt32BE(4) !== SSL_REQUEST) return void socket.end(errorResponse('28000', 'TLS is wanted'))
      socket.write('S')
      const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(of) })
      secure.on('error', () => undefined)
      secure.once('data', () => secure.end(errorResponse('57P03', 'the database system is starting up')))
    })
  })
