import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AlertRule } from '../../src/market/alert-rule.ts'
import { INTERVAL_MS, INTERVALS, isInterval } from '../../src/market/interval.ts'
import { PAIR_METHODS } from '../../src/market/pair-stats.ts'
import { buildWebApp } from '../../src/serve/web-app.ts'
import { fakeAlert, fakeCandle, fakeIndicators, fakePair } from './fake-records.ts'

/** A gateway with an invented market: enough for the dashboard to be looked at without a broker and a database. */
export type FakeGateway = {
  readonly url: string
  /** Says something on a channel to all who have subscribed to it. */
  readonly tell: (channel: string, data: readonly unknown[]) => void
  /** Cuts all sockets. */
  readonly cut: () => void
  readonly close: () => Promise<void>
}

/** `symbols` of the market, `token` that it wants. */
type Options = { readonly symbols?: readonly string[]; readonly token?: string; readonly port?: number }

type Subscribed = { readonly socket: WebSocket; readonly request: Readonly<Record<string, string>>; seq: number }

/** The policy that the gateway serves the dashboard under. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'"

const MOST = 1_500

const timesOf = (interval: keyof typeof INTERVAL_MS, to: number, limit: number): readonly number[] => {
  const length = INTERVAL_MS[interval]
  const last = Math.ceil(to / length) * length - length
  const first = Math.floor(Date.now() / length) * length - MOST * length
  return Array.from({ length: limit }, (_, n) => last - (limit - 1 - n) * length).filter(time => time >= first)
}

const candlesOf = (of: Readonly<Record<string, string | undefined>>, limit: number) => {
  const interval = of.interval && isInterval(of.interval) ? of.interval : '1m'
  const times = timesOf(interval, Number(of.to ?? Date.now()), limit)
  return times.map(time => fakeCandle(of.symbol ?? 'BTC/USDT', interval, time, Date.now()))
}

const statusOf = (symbols: readonly string[]) => ({
  now: Date.now(),
  simulated: true,
  symbols: symbols.map((symbol, n) => ({
    exchange: 'sim',
    symbol,
    lastTradeTime: Date.now() - 200,
    watermark: Date.now() - 100,
    wholeTo: Date.now() - 100,
    contiguousToId: '3744591201',
    dataAgeMs: 150,
    gapsOpen: n === 3 ? 1 : 0,
    gapsFilled: 2,
    gapsUnrecoverable: 0,
    missingTrades: n === 3 ? 37 : 0,
    revisedCandles: 1,
    verifiedTo: Date.now() - 90_000,
    differing: 0
  })),
  lag: [{ group: 'aggregate', topic: 'raw_ticks', partition: 0, lag: 3 }]
})

const pairsOf = (query: Readonly<Record<string, string>>) => {
  if (!query.a)
    return PAIR_METHODS.flatMap(method => ['1m' as const, '5m' as const].map(of => fakePair(Date.now(), of, method)))
  const method = PAIR_METHODS.find(name => name === query.method) ?? 'ols'
  return timesOf('1m', Date.now(), 400).map(time => fakePair(time, '1m', method))
}

const backtest = () => ({
  report: {
    candles: 1000,
    capital: 10000,
    trades: 12,
    wins: 8,
    profit: 84.2,
    profitPct: 0.84,
    fees: 24,
    sharpe: 1.9,
    maxDrawdownPct: 0.6,
    exposurePct: 31,
    shuffled: { profit: -20, profitPct: -0.2 }
  },
  equity: timesOf('1m', Date.now(), 300).map((time, n) => ({ time, value: 10_000 + n / 4 + 20 * Math.sin(n / 20) })),
  trades: []
})

const answersOf = (symbols: readonly string[], rules: Map<string, AlertRule>) => {
  const gap = { exchange: 'sim', symbol: 'BTC/USDT', fromId: '10', toId: '46', count: 37, cause: 'restart' }
  return (path: string, query: Readonly<Record<string, string>>): unknown => {
    const limit = Math.min(5_000, Number(query.limit ?? 500))
    const answers: Readonly<Record<string, () => unknown>> = {
      instruments: () => ({
        instruments: symbols.map(symbol => ({ exchange: 'sim', symbol, intervals: INTERVALS, simulated: true }))
      }),
      candles: () => ({ candles: candlesOf(query, limit) }),
      indicators: () => ({ indicators: candlesOf(query, limit).map(fakeIndicators) }),
      pairs: () => ({ pairs: pairsOf(query) }),
      alerts: () => ({ alerts: [fakeAlert('a1', Date.now())] }),
      'alert-rules': () => ({ rules: [...rules.values()] }),
      gaps: () => ({
        gaps: [{ ...gap, detectedAt: Date.now() - 9000, status: 'filled', closedAt: Date.now() - 8000 }]
      }),
      status: () => statusOf(symbols),
      backtests: backtest
    }
    return answers[path.replace('/api/v1/', '')]?.()
  }
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return parts.length === 0 ? null : JSON.parse(String(Buffer.concat(parts)))
}

const sendJson = (response: ServerResponse, code: number, body: unknown): void => {
  response.writeHead(code, { 'content-type': code < 400 ? 'application/json' : 'application/problem+json' })
  response.end(JSON.stringify(body))
}

const changeRules = async (request: IncomingMessage, response: ServerResponse, rules: Map<string, AlertRule>) => {
  const name = decodeURIComponent(request.url?.split('/')[4] ?? '')
  if (request.method === 'DELETE') {
    rules.delete(name)
    response.writeHead(204).end()
    return
  }
  const rule = (await bodyOf(request)) as AlertRule
  if (rule.above === undefined && rule.below === undefined) {
    const errors = [{ field: 'above', detail: 'give above or below' }]
    sendJson(response, 400, { title: 'Bad Request', detail: 'the rule cannot be', errors })
    return
  }
  rules.set(rule.name, rule)
  sendJson(response, 201, rule)
}

const snapshotOf = (symbols: readonly string[], request: Readonly<Record<string, string>>): readonly unknown[] => {
  const { channel } = request
  const those = request.symbol ? [request.symbol] : symbols
  if (channel === 'candles') return those.flatMap(symbol => candlesOf({ ...request, symbol }, 1))
  if (channel === 'kpis')
    return symbols.map((symbol, n) => ({
      exchange: 'sim',
      symbol,
      priceChangePct: n - 1.5,
      quoteVolume: 1e8 / (n + 1)
    }))
  if (channel === 'status') return [statusOf(symbols)]
  return channel === 'alerts' ? [fakeAlert('a1', Date.now() - 60_000)] : []
}

/** Starts the gateway. Whoever starts it closes it. */
export const startFakeGateway = async (options: Options = {}): Promise<FakeGateway> => {
  const symbols = options.symbols ?? ['BTC/USDT', 'ETH/USDT', 'BNB/USDT', 'SOL/USDT']
  const files = await buildWebApp()
  const rules = new Map<string, AlertRule>()
  const answer = answersOf(symbols, rules)
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const wants = options.token && pathname.startsWith('/api') ? `Bearer ${options.token}` : undefined
    if (wants && request.headers.authorization !== wants) return sendJson(response, 401, { title: 'Unauthorized' })
    if (pathname.startsWith('/api/v1/alert-rules') && request.method !== 'GET')
      return void changeRules(request, response, rules)
    if (pathname.endsWith('.csv')) return void response.writeHead(200, { 'content-type': 'text/csv' }).end('openTime\n')
    if (pathname.startsWith('/api')) return sendJson(response, 200, answer(pathname, Object.fromEntries(searchParams)))
    const file = files.get(pathname) ?? files.get('/')!
    response.writeHead(200, { 'content-type': file.type, 'content-security-policy': POLICY }).end(file.body)
  })
  const subscribed = new Map<string, Subscribed>()
  const say = (one: Subscribed, type: string, data: readonly unknown[]): void =>
    one.socket.send(JSON.stringify({ id: one.request.id, type, seq: one.seq++, data }))
  const sockets = new WebSocketServer({
    server,
    path: '/ws',
    handleProtocols: ([first]: Set<string>) => first ?? false
  })
  sockets.on('connection', socket => {
    const ids: string[] = []
    socket.on('message', text => {
      const request = JSON.parse(String(text))
      const key = `${ids.length} ${request.id}`
      if (request.op !== 'subscribe') return socket.send(JSON.stringify({ type: 'pong' }))
      ids.push(key)
      const one = { socket, request, seq: 0 }
      subscribed.set(`${key} ${Math.random()}`, one)
      say(one, 'snapshot', snapshotOf(symbols, request))
    })
  })
  const live = (): readonly Subscribed[] => [...subscribed.values()].filter(({ socket }) => socket.readyState === 1)
  const beat = setInterval(() => {
    for (const one of live())
      if (['candles', 'status'].includes(one.request.channel!)) say(one, 'update', snapshotOf(symbols, one.request))
  }, 500)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tell: (channel, data) => {
      for (const one of live()) if (one.request.channel === channel) say(one, 'update', data)
    },
    cut: () => {
      for (const socket of sockets.clients) socket.terminate()
    },
    close: async () => {
      clearInterval(beat)
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}
