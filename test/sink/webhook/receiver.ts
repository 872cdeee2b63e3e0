import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Posted = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }

type Reply = { readonly status: number; readonly headers?: Readonly<Record<string, string>> }

/** A receiver of webhooks that answers as it is told, and remembers what it was sent. */
export const startReceiver = async (reply: (posted: Posted) => Reply) => {
  const received: Posted[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const posted = { path: request.url ?? '', headers: request.headers, body }
    received.push(posted)
    const { status, headers } = reply(posted)
    response.writeHead(status, headers).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}/hook?token=hush`, received, close }
}
