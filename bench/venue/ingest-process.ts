import { exchangeById } from '../../src/exchange/registry.ts'
import type { Output } from '../../src/ingest/output.ts'
import { startIngest } from '../../src/ingest/start-ingest.ts'
import { fetchJson } from '../../src/ingest/transport/fetch-json.ts'
import { openSocket } from '../../src/ingest/transport/open-socket.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import type { Outgoing } from '../../src/stream/topic.ts'
import { deadLetters, gaps, rawTicks } from '../../src/topics.ts'
import { quantile } from '../quantile.ts'

/**
 * `node bench/venue/ingest-process.ts VENUE PORT SYMBOL,SYMBOL SECONDS WARM_UP_MS`: the ingest of one venue, from its sockets to records for a
 * producer that only counts them. Prints what it took, once it has run so long since the first trade.
 */
const [id = '', port = '', symbols = '', seconds = '', warmUpMs = ''] = process.argv.slice(2)

const counts = { trades: 0, gaps: 0, deadLetters: 0 }
let lags: number[] = []
let firstTrade: () => void = () => undefined
const begun = new Promise<void>(resolve => {
  firstTrade = resolve
})

/** What is no trade among these begins with its kind. */
const isTradeRecord = ({ topic, value }: Outgoing): boolean =>
  topic === rawTicks.name && value !== null && !value.startsWith('{"kind"')

const send = async (records: readonly Outgoing[]): Promise<void> => {
  const now = Date.now()
  for (const record of records) {
    if (record.topic === gaps.name) counts.gaps++
    if (record.topic === deadLetters.name) counts.deadLetters++
    if (!isTradeRecord(record)) continue
    counts.trades++
    lags.push(now - (record.time ?? now))
  }
  if (counts.trades > 0) firstTrade()
}

const output: Output = {
  send,
  close: async () => undefined,
  onRefused: () => undefined,
  trust: () => undefined,
  backlog: () => ({ records: 0, bytes: 0 })
}

startIngest({
  exchange: exchangeById(id),
  instruments: symbols.split(',').map(symbol => ({ exchange: id, symbol })),
  wsUrl: `ws://127.0.0.1:${port}`,
  restUrl: `http://127.0.0.1:${port}`,
  graceMs: 1_000,
  heartbeatMs: 1_000,
  gapGiveUpMs: 43_200_000,
  quotes: false,
  positions: [],
  openGaps: [],
  klinePositions: [],
  readPositions: async () => [],
  readPublished: async () => [],
  output,
  clock: systemClock,
  fetchJson,
  openSocket,
  log: createLog('ingest', 'error'),
  health: createHealth(),
  random: Math.random
})

await begun
await systemClock.sleep(Number(warmUpMs))
lags = []
const before = { ...counts }
const [cpu, startedAt] = [process.cpuUsage(), performance.now()]
await systemClock.sleep(Number(seconds) * 1_000)
const used = process.cpuUsage(cpu)
const took = (performance.now() - startedAt) / 1_000
const behindMs = lags.at(-1) ?? Number.NaN
const sorted = lags.toSorted((a, b) => a - b)
const trades = counts.trades - before.trades
const cpuSeconds = (used.user + used.system) / 1e6
const figures = {
  tradesPerSecond: Math.round(trades / took),
  cpuShare: Number((cpuSeconds / took).toFixed(2)),
  cpuSecondsPerMillion: Number(((cpuSeconds / trades) * 1e6).toFixed(2)),
  behindMs,
  lagP50Ms: quantile(sorted, 0.5),
  lagP99Ms: quantile(sorted, 0.99),
  lagMaxMs: sorted.at(-1) ?? 0,
  gaps: counts.gaps,
  deadLetters: counts.deadLetters
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
process.exit(0)
