import { setTimeout as sleep } from 'node:timers/promises'
import type { Figures } from './bench.ts'
import { query } from './bench-database.ts'
import { type HttpConnection, openConnection } from './http-connection.ts'
import { quantile } from './quantile.ts'
import { type BenchGateway, startGateway } from './start-gateway.ts'

const ROWS_PER_SYMBOL = 3_000
const REQUESTS_PER_SECOND = 1_000
const CONNECTIONS = 256
/** A request that starts so long after it was due found no connection free, or a client that could not keep up. */
const LATE_MS = 10

/** Minutes up to now. */
const fillHistory = (url: string, symbols: number): Promise<unknown> =>
  query(
    url,
    `insert into candles select 'sim', 'C' || s || '/USDT', '1m', t, t + interval '1 minute', 61685.98, 61720, 61680.5,
      61685 + extract(minute from t) / 100, 12.34567, 761543.1203987, 1873, 6.1, 376300.02, (n * 1873)::text,
      ((n + 1) * 1873 - 1)::text, 0, true, 'traded', null
    from generate_series(0, ${symbols - 1}) s, generate_series(1, ${ROWS_PER_SYMBOL}) n,
      lateral (select date_trunc('minute', now()) - n * interval '1 minute' as t) at
    on conflict do nothing`
  )

type Asked = { readonly tookMs: number; readonly lateMs: number; readonly isGood: boolean }

const pathOf = (symbol: number, limit: number): string =>
  `/api/v1/candles?exchange=sim&symbol=C${symbol}/USDT&interval=1m&limit=${limit}`

/** Requests at their times, however long those before them take; one begins when a connection is free. */
const askSteadily = async (
  connections: readonly HttpConnection[],
  paths: readonly string[],
  seconds: number
): Promise<readonly Asked[]> => {
  const free = [...connections]
  const asked: Promise<void>[] = []
  const answers: Asked[] = []
  const beganAt = performance.now()
  const begin = async (connection: HttpConnection, n: number): Promise<void> => {
    const startedAt = performance.now()
    const dueAt = beganAt + ((n + 1) / REQUESTS_PER_SECOND) * 1_000
    const isGood = (await connection.get(paths[n % paths.length]!)) === 200
    answers.push({ tookMs: performance.now() - startedAt, lateMs: startedAt - dueAt, isGood })
    free.push(connection)
  }
  while (asked.length < seconds * REQUESTS_PER_SECOND) {
    const due = Math.floor(((performance.now() - beganAt) / 1_000) * REQUESTS_PER_SECOND)
    while (asked.length < Math.min(due, seconds * REQUESTS_PER_SECOND) && free.length > 0)
      asked.push(begin(free.pop()!, asked.length))
    await sleep(1)
  }
  await Promise.all(asked)
  return answers
}

/** All symbols at once, of a gateway that holds none of them yet. */
const askFirst = async (connections: readonly HttpConnection[], paths: readonly string[]): Promise<number> => {
  const beganAt = performance.now()
  await Promise.all(paths.map((path, n) => connections[n]!.get(path)))
  return performance.now() - beganAt
}

const measure = async (
  gateway: BenchGateway,
  paths: readonly string[],
  seconds: number,
  encoding: string
): Promise<Figures> => {
  const open = () => openConnection(gateway.url, encoding)
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, open))
  const coldMs = await askFirst(connections, paths)
  const before = gateway.usage()
  const own = process.cpuUsage()
  const asked = await askSteadily(connections, paths, seconds)
  const after = gateway.usage()
  const { user, system } = process.cpuUsage(own)
  for (const connection of connections) connection.close()
  const took = asked.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
  const figures = {
    coldMs,
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
    maxMs: quantile(took, 1),
    errors: asked.filter(({ isGood }) => !isGood).length,
    late: asked.filter(({ lateMs }) => lateMs > LATE_MS).length,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    clientCpuSeconds: (user + system) / 1e6,
    peakRssMiB: after.peakRssMiB
  }
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(2))]))
}

/** So many candles of each symbol in turn, from a gateway that has just started, asked for at a steady rate. */
export const gatewayCandles = async (
  settings: Readonly<Record<string, string>>,
  {
    symbols,
    seconds,
    limit,
    encoding = 'identity'
  }: { readonly symbols: number; readonly seconds: number; readonly limit: number; readonly encoding?: string }
): Promise<Figures> => {
  await fillHistory(settings.POSTGRES_URL ?? '', symbols)
  const gateway = await startGateway(settings)
  try {
    const paths = Array.from({ length: symbols }, (_, symbol) => pathOf(symbol, limit))
    return await measure(gateway, paths, seconds, encoding)
  } finally {
    await gateway.stop()
  }
}
