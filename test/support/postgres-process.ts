import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/runtime/clock.ts'
import { startPostgres } from '../../src/up/servers/start-postgres.ts'

/** `node postgres-process.ts FOLDER`: a database server that obeys `stop`, `kill` and `again` over a channel, and ends with its parent. */
const [folder = ''] = process.argv.slice(2)
mkdirSync(join(folder, 'logs'), { recursive: true })

const host = { dataDir: folder, clock: systemClock, print: () => undefined, signal: new AbortController().signal }
const started = await startPostgres(host)
let { server } = started

const kill = async (): Promise<void> => {
  process.kill(Number(readFileSync(join(folder, 'postgres', 'postgres.pid'), 'utf8')), 'SIGKILL')
  await server.ended
}

/** What is left of a killed server keeps its data for a moment: it is tried until it works. */
const again = async (): Promise<void> => {
  try {
    server = await started.again()
  } catch {
    await again()
  }
}

const orders: Readonly<Record<string, () => Promise<void>>> = { stop: () => server.stop(), kill, again }

process.on('message', async order => {
  await orders[String(order)]?.()
  process.send?.('done')
})
process.on('disconnect', async () => {
  await server.stop()
  process.exit(0)
})
process.send?.(started.url)
