import { systemClock } from '../../src/runtime/clock.ts'
import { quantile } from '../quantile.ts'
import { createCountingProducer } from './counting-producer.ts'
import { follow } from './follow.ts'
import { benchVenue, symbolsOf } from './venues.ts'

/**
 * `node --expose-gc bench/venue/instruments-process.ts SYMBOLS EVERY_SECONDS VENUE=PORT …`: the ingest of several venues in one process, so many
 * symbols of each. Prints now and then what it has brought since, and what it holds once all garbage is collected.
 */
const [count = '', everySeconds = '', ...venues] = process.argv.slice(2)

let lags: number[] = []
let traded = new Set<string>()
const producer = createCountingProducer((lagMs, key) => {
  lags.push(lagMs)
  traded.add(key)
})
for (const venue of venues) {
  const [id = '', port = ''] = venue.split('=')
  follow(id, Number(port), symbolsOf(benchVenue(id), Number(count)), producer)
}

let before = { trades: 0, cpu: process.cpuUsage(), at: performance.now() }
for (;;) {
  await systemClock.sleep(Number(everySeconds) * 1_000)
  const { user, system } = process.cpuUsage(before.cpu)
  const { trades, gaps, deadLetters } = producer.counts
  const sorted = lags.toSorted((a, b) => a - b)
  const rssMiB = Math.round(process.memoryUsage.rss() / 2 ** 20)
  const sample = {
    tradesPerSecond: Math.round((trades - before.trades) / ((performance.now() - before.at) / 1_000)),
    traded: traded.size,
    lagP99Ms: quantile(sorted, 0.99),
    cpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
    rssMiB,
    gaps,
    deadLetters
  }
  lags = []
  traded = new Set()
  before = { trades, cpu: process.cpuUsage(), at: performance.now() }
  globalThis.gc?.()
  const heldMiB = Math.round(process.memoryUsage().heapUsed / 2 ** 20)
  process.stdout.write(`${JSON.stringify({ ...sample, heldMiB })}\n`)
}
