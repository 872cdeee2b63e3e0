import { systemClock } from '../../src/runtime/clock.ts'
import { quantile } from '../quantile.ts'
import { createCountingProducer } from './counting-producer.ts'
import { follow } from './follow.ts'

/**
 * `node bench/venue/ingest-process.ts VENUE PORT SYMBOL,SYMBOL SECONDS WARM_UP_MS`: the ingest of one venue, from its sockets to records for a
 * producer that only counts them. Prints what it took, once it has run so long since the first trade.
 */
const [id = '', port = '', symbols = '', seconds = '', warmUpMs = ''] = process.argv.slice(2)

let lags: number[] = []
const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
const producer = createCountingProducer(lagMs => {
  begin()
  lags.push(lagMs)
})
follow(id, Number(port), symbols.split(','), producer)

await begun
await systemClock.sleep(Number(warmUpMs))
lags = []
const before = producer.counts.trades
const [cpu, startedAt] = [process.cpuUsage(), performance.now()]
await systemClock.sleep(Number(seconds) * 1_000)
const used = process.cpuUsage(cpu)
const took = (performance.now() - startedAt) / 1_000
const behindMs = lags.at(-1) ?? Number.NaN
const sorted = lags.toSorted((a, b) => a - b)
const trades = producer.counts.trades - before
const cpuSeconds = (used.user + used.system) / 1e6
const figures = {
  tradesPerSecond: Math.round(trades / took),
  cpuShare: Number((cpuSeconds / took).toFixed(2)),
  cpuSecondsPerMillion: Number(((cpuSeconds / trades) * 1e6).toFixed(2)),
  behindMs,
  lagP50Ms: quantile(sorted, 0.5),
  lagP99Ms: quantile(sorted, 0.99),
  lagMaxMs: sorted.at(-1) ?? 0,
  gaps: producer.counts.gaps,
  deadLetters: producer.counts.deadLetters
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
process.exit(0)
