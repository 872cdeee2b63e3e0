import { Agent, get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { query } from './bench-database.ts'
import type { Figures } from './main.ts'
import { quantile } from './quantile.ts'
import { startGateway } from './start-gateway.ts'

const ROWS_PER_SYMBOL = 3_000
const REQUESTS_PER_SECOND = 1_000
const CONNECTIONS = 256
/** A request that starts so long after it was due says that the client, not the gateway, could not keep up. */
const LATE_MS = 10

/** Minutes up to now. */
const fillHistory = (url: string, symbols: number): Promise<unknown> =>
  query(
    url,
    `insert into candles select 'sim', 'C' || s || '/USDT', '1m', t, t + interval '1 minute', 61685.98, 61720, 61680.5,
      61685 + extract(minute from t) / 100, 12.34567, 761543.1203987, 1873, 6.1, 376300.02, (n * 1873)::text,
      ((n + 1) * 1873 - 1)::text, 0, true, 'traded', null
    from generate_series(0, ${symbols - 1}) s, generate_series(1, ${ROWS_PER_SYMBOL}) n,
      lateral (select date_trunc('minute', now()) - n * interval '1 minute' as t) at`
  )

type Asked = { readonly tookMs: number; readonly lateMs: number; readonly isGood: boolean }

const ask = (agent: Agent, url: string, dueAt: number): Promise<Asked> =>
  new Promise(resolve => {
    const startedAt = performance.now()
    const end = (isGood: boolean): void =>
      resolve({ tookMs: performance.now() - startedAt, lateMs: startedAt - dueAt, isGood })
    get(url, { agent }, response => {
      response.on('end', () => end(response.statusCode === 200)).resume()
    }).on('error', () => end(false))
  })

/** Requests at their times, however long those before them take. */
const askSteadily = async (
  base: string,
  symbols: number,
  limit: number,
  seconds: number
): Promise<readonly Asked[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const asked: Promise<Asked>[] = []
  const beganAt = performance.now()
  while (asked.length < seconds * REQUESTS_PER_SECOND) {
    const due = Math.floor(((performance.now() - beganAt) / 1_000) * REQUESTS_PER_SECOND)
    for (; asked.length < Math.min(due, seconds * REQUESTS_PER_SECOND); ) {
      const n = asked.length
      const url = `${base}/api/v1/candles?exchange=sim&symbol=C${n % symbols}/USDT&interval=1m&limit=${limit}`
      asked.push(ask(agent, url, beganAt + ((n + 1) / REQUESTS_PER_SECOND) * 1_000))
    }
    await sleep(1)
  }
  const all = await Promise.all(asked)
  agent.destroy()
  return all
}

/** Candles of all symbols in turn, from a gateway that has just started, asked for at a steady rate. */
export const gatewayCandles = async (
  settings: Readonly<Record<string, string>>,
  {
    symbols,
    seconds,
    limits
  }: { readonly symbols: number; readonly seconds: number; readonly limits: readonly number[] }
): Promise<Figures> => {
  await fillHistory(settings.POSTGRES_URL ?? '', symbols)
  const figures: Record<string, number> = {}
  for (const limit of limits) {
    const gateway = await startGateway(settings)
    try {
      const before = gateway.usage()
      const asked = await askSteadily(gateway.url, symbols, limit, seconds)
      const after = gateway.usage()
      const took = asked.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
      const figure = (name: string, value: number): void => {
        figures[`limit${limit}${name}`] = Number(value.toFixed(2))
      }
      figure('P50Ms', quantile(took, 0.5))
      figure('P99Ms', quantile(took, 0.99))
      figure('MaxMs', quantile(took, 1))
      figure('Errors', asked.filter(({ isGood }) => !isGood).length)
      figure('Late', asked.filter(({ lateMs }) => lateMs > LATE_MS).length)
      figure('CpuSeconds', after.cpuSeconds - before.cpuSeconds)
      figure('PeakRssMiB', after.peakRssMiB)
    } finally {
      await gateway.stop()
    }
  }
  return figures
}
