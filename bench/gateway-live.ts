import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Producer } from 'kafkajs'
import { fenceProducer } from '../src/kafka/task/commit/transactions.ts'
import type { Candle } from '../src/market/records/derived/candle.ts'
import { epochMs } from '../src/market/time.ts'
import { candles } from '../src/topics.ts'
import type { Figures } from './bench.ts'
import type { BenchTopics } from './bench-topics.ts'
import { quantile } from './quantile.ts'
import { startGateway } from './start-gateway.ts'

const CLIENTS = 500
const SYMBOLS_PER_CLIENT = 4
const COMMIT_EVERY_MS = 100
const UPDATES_PER_SECOND = 1_000
/** Until the gateway's code is warm; not counted. */
const WARM_UP_MS = 5_000

/** When a commit was begun, and when the broker had it. */
type Commit = { readonly begunAt: number; readonly doneAt: number }

type Received = { readonly commits: Int32Array; readonly receivedAt: Float64Array; readonly behind: number }

/** An open candle that bears the number of its commit as its count of trades. */
const candleOf = (symbol: number, openTime: number, commit: number, final: boolean): Candle => ({
  exchange: 'sim',
  symbol: `C${symbol}/USDT`,
  interval: '1s',
  openTime: epochMs(openTime),
  closeTime: epochMs(openTime + 1_000),
  open: '61685.98',
  high: '61720',
  low: '61680.5',
  close: `61685.${commit}1`,
  volume: '12.34567',
  quoteVolume: '761543.1203987',
  tradeCount: commit,
  takerBuyVolume: '6.1',
  takerBuyQuoteVolume: '376300.02',
  firstTradeId: '3744589000',
  lastTradeId: String(3_744_590_872 + commit),
  revision: 0,
  final,
  status: 'traded'
})

/** What one commit tells of every symbol: the candle twice, or the end of the last one and the next one. */
const updatesOf = (commit: number, now: number, before: number, symbols: number): readonly Candle[] => {
  const [openTime, openBefore] = [now, before].map(time => Math.floor(time / 1_000) * 1_000) as [number, number]
  const each = Math.round((UPDATES_PER_SECOND * COMMIT_EVERY_MS) / 1_000 / symbols)
  return Array.from({ length: symbols * each }, (_, n) =>
    n < symbols && openBefore < openTime
      ? candleOf(n % symbols, openBefore, commit, true)
      : candleOf(n % symbols, openTime, commit, false)
  )
}

/** A transaction every so often, as the aggregator has it; one that takes longer delays the next. */
const produce = async (producer: Producer, topic: string, symbols: number, forMs: number): Promise<Commit[]> => {
  const commits: Commit[] = []
  const beganAt = performance.now()
  let before = Date.now()
  while (performance.now() - beganAt < forMs) {
    const begunAt = Date.now()
    const updates = updatesOf(commits.length, begunAt, before, symbols)
    const transaction = await producer.transaction()
    await transaction.send({
      topic,
      messages: updates.map(candle => ({
        key: candles['1s'].key(candle),
        value: candles['1s'].codec.encode(candle),
        timestamp: String(candle.openTime)
      }))
    })
    await transaction.commit()
    commits.push({ begunAt, doneAt: Date.now() })
    before = begunAt
    await sleep(Math.max(0, beganAt + commits.length * COMMIT_EVERY_MS - performance.now()))
  }
  return commits
}

const startClients = async (url: string, symbols: number, stalled: boolean): Promise<ChildProcess> => {
  const args = [url, CLIENTS, symbols, SYMBOLS_PER_CLIENT, stalled ? 'stalled' : ''].map(String)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'live-clients.ts'), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced'
  })
  await once(child, 'message')
  return child
}

const figuresOf = (commits: readonly Commit[], { receivedAt, ...received }: Received): Figures => {
  const countFrom = commits[0]!.begunAt + WARM_UP_MS
  const counted = [...received.commits.keys()].filter(n => commits[received.commits[n]!]!.begunAt >= countFrom)
  const since = (moment: keyof Commit): Float64Array =>
    Float64Array.from(counted, n => receivedAt[n]! - commits[received.commits[n]!]![moment]).sort()
  const [done, begun] = [since('doneAt'), since('begunAt')]
  const commitMs = commits.map(({ begunAt, doneAt }) => doneAt - begunAt).sort((a, b) => a - b)
  return {
    deliveries: counted.length,
    behindAtEnd: received.behind,
    commits: commits.length,
    commitP99Ms: quantile(commitMs, 0.99),
    p50Ms: quantile(done, 0.5),
    p99Ms: quantile(done, 0.99),
    maxMs: quantile(done, 1),
    fromBeginP50Ms: quantile(begun, 0.5),
    fromBeginP99Ms: quantile(begun, 0.99),
    fromBeginMaxMs: quantile(begun, 1)
  }
}

/** Candles from a producer's commit to 500 sockets, some of it beside a socket that reads nothing. */
export const gatewayLive = async (
  { kafka, prefix }: BenchTopics,
  settings: Readonly<Record<string, string>>,
  { symbols, seconds, stalled }: { readonly symbols: number; readonly seconds: number; readonly stalled: boolean }
): Promise<Figures> => {
  const producer = await fenceProducer(kafka, `${prefix}producer-${stalled}`)
  const gateway = await startGateway(settings)
  const clients = await startClients(gateway.url, symbols, stalled)
  try {
    const before = gateway.usage()
    const commits = await produce(producer, prefix + candles['1s'].name, symbols, WARM_UP_MS + seconds * 1_000)
    await sleep(1_000)
    const after = gateway.usage()
    clients.send(commits.length - 1)
    const [received] = (await once(clients, 'message')) as [Received]
    return {
      ...figuresOf(commits, received),
      cpuSeconds: Number((after.cpuSeconds - before.cpuSeconds).toFixed(2)),
      peakRssMiB: after.peakRssMiB
    }
  } finally {
    clients.kill('SIGKILL')
    await gateway.stop()
    await producer.disconnect()
  }
}
