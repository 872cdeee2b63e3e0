import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** Where the workers ask for servers; they are started by the first one that asks, once for the whole run. */
export type Keeper = { readonly url: string; readonly close: () => Promise<void> }

type Server = { readonly setting: Promise<string>; readonly stop: () => Promise<void> }

const PROGRAM = resolve('src/cli/tickstream.ts')

/** GET /kafka or /postgres answers how to reach it, and starts it when nobody has asked before. */
export const keepServers = async (): Promise<Keeper> => {
  const servers = new Map<string, Server>()
  const http = createServer((request, response) => {
    const name = request.url?.slice(1) ?? ''
    const server = servers.get(name) ?? start(name)
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

/** The product's own way to a broker or a database, in a folder that is thrown away. The channel ends it if this process is killed. */
const start = (name: string): Server => {
  const dataDir = mkdtempSync(join(tmpdir(), `tickstream-test-${name}-`))
  const env = { ...process.env, DATA_DIR: dataDir, KAFKA_BROKERS: '', POSTGRES_URL: '' }
  const child = spawn(process.execPath, [PROGRAM, 'up', '--only', name], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { setting: settingOf(child), stop }
}

const settingOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    const said: string[] = []
    createInterface({ input: child.stderr! }).on('line', line => said.push(line))
    createInterface({ input: child.stdout! }).on('line', line => resolve(line.slice(line.indexOf('=') + 1)))
    child.once('exit', () => reject(new Error(said.join('\n'))))
  })
