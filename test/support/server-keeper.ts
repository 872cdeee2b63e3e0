import { once } from 'node:events'
import { createServer } from 'node:http'
import { chooseServers, type ServersChoice } from './choose-servers.ts'
import { IMAGES } from './server-images.ts'
import { startServer, type TestServer } from './start-server.ts'

/** Where the workers ask for servers; they are started by the first one that asks, once for the whole run. */
export type Keeper = { readonly url: string; readonly close: () => Promise<void> }

/** Decides what the servers run on; starts none. GET /kafka or /postgres answers how to reach it, and starts it when nobody has asked before. */
export const keepServers = async (): Promise<Keeper> => {
  const choice = await chooseServers(process.env.TEST_KAFKA || 'auto', neededImages())
  const servers = new Map<string, TestServer>()
  const http = createServer((request, response) => {
    const name = request.url?.slice(1) ?? ''
    if (servers.size === 0) tell(choice)
    const server = servers.get(name) ?? startServer(name, choice.by)
    servers.set(name, server)
    server.setting.then(
      text => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error))
    )
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const close = async (): Promise<void> => {
    http.close()
    http.closeAllConnections()
    await Promise.all([...servers.values()].map(server => server.stop()))
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

/** A server that is given needs no image. */
const neededImages = (): readonly string[] => [
  ...(process.env.KAFKA_BROKERS ? [] : [IMAGES.kafka]),
  ...(process.env.POSTGRES_URL ? [] : [IMAGES.postgres])
]

const tell = ({ by, why }: ServersChoice): void =>
  void process.stderr.write(`servers of the tests: ${by === 'containers' ? 'in containers' : 'embedded'} (${why})\n`)
