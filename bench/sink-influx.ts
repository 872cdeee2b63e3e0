import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { INTERVALS } from '../src/market/interval.ts'
import type { BenchOptions, Figures } from './bench.ts'
import { TICKSTREAM } from './bench-servers.ts'
import { withTopics } from './bench-topics.ts'
import { catchUp, fill } from './catch-up.ts'
import { seededTicks } from './seeded-trades.ts'

const FINAL = /^ohlcv,.*final=T/gm

/** Takes every write and counts the final candles in it; when the first and the last came, in milliseconds. */
const startTaker = async () => {
  const seen = { finals: 0, requests: 0, firstMs: 0, lastMs: 0 }
  const count = async (message: IncomingMessage): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(Buffer.from(chunk))
    const bytes = Buffer.concat(chunks)
    const isGzipped = message.headers['content-encoding'] === 'gzip'
    const finals = String(isGzipped ? gunzipSync(bytes) : bytes).match(FINAL)?.length ?? 0
    seen.requests++
    if (finals === 0) return
    seen.lastMs = performance.now()
    seen.firstMs ||= seen.lastMs
    seen.finals += finals
  }
  const server = createServer((message, response) => {
    void count(message).then(() => response.writeHead(204).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  return { seen, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

/** The candles of a catch-up to a server that takes everything, timed from the first request to the last: the sink without an InfluxDB. */
export const sinkInflux = ({ records }: BenchOptions): Promise<Figures> =>
  withTopics(async topics => {
    await fill(topics.kafka, topics.prefix, seededTicks({ trades: records, symbols: 20, minutes: 60, seed: 1 }))
    const { finals } = await catchUp(topics, { intervals: INTERVALS })
    const taker = await startTaker()
    const env = { ...process.env, ...topics.settings, INFLUX_URL: taker.url, LOG_LEVEL: 'error' }
    const stage = spawn(process.execPath, [TICKSTREAM, 'sink', 'influx'], {
      env,
      stdio: ['ignore', 'ignore', 'inherit']
    })
    try {
      while (taker.seen.finals < finals) await sleep(20)
      const { firstMs, lastMs, requests } = taker.seen
      return { points: finals, requests, pointsPerSecond: Math.round((finals * 1_000) / (lastMs - firstMs)) }
    } finally {
      stage.kill('SIGTERM')
      if (stage.exitCode === null) await once(stage, 'exit')
      taker.close()
    }
  })
