import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { startUp } from './up-process.ts'

/** The real product on a simulated market, with servers of its own and nothing from before. */
export type Product = {
  /** Where its dashboard is. */
  readonly url: string
  /** Ends the gateway without a word; what keeps it up brings it back. */
  readonly kill: () => Promise<void>
  /** Resolves when the gateway answers again. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

const SYMBOLS = 'binance:BTC/USDT,binance:ETH/USDT,binance:SOL/USDT,binance:BNB/USDT'
const PATIENCE_MS = 120_000

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/api/v1/status`).then(
    ({ ok }) => ok,
    () => false
  )

/** Starts the product by its command and waits until its dashboard answers. Whoever starts it stops it. */
export const startProduct = async (): Promise<Product> => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'tickstream-product-'))
  const own = { KAFKA_BROKERS: '', POSTGRES_URL: '', TOPIC_PREFIX: '', API_TOKEN: '', METRICS_PORT: '' }
  const env = { ...own, DATA_DIR, SYMBOLS, HTTP_HOST: '127.0.0.1', HTTP_PORT: String(await freePort()) }
  const up = startUp(['--source', 'simulated'], env)
  const stop = async (): Promise<void> => {
    const isRunning = up.child.exitCode === null && up.child.signalCode === null
    const closed = isRunning ? once(up.child, 'close') : null
    up.child.kill('SIGINT')
    await closed
    rmSync(DATA_DIR, { recursive: true, force: true })
  }
  try {
    await up.until(/open http:\/\/127\.0\.0\.1:\d+/)
    const url = /open (http:\/\/127\.0\.0\.1:\d+)/.exec(up.said())?.[1] ?? ''
    const restart = (): Promise<void> => eventually(() => answers(url), up.said, PATIENCE_MS)
    await restart()
    const kill = async (): Promise<void> => {
      const ids = execFileSync('pgrep', ['-P', String(up.child.pid), '-f', 'tickstream.ts serve$'], {
        encoding: 'utf8'
      })
      process.kill(Number(ids.trim()), 'SIGKILL')
    }
    return { url, kill, restart, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
