import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Alert } from '../../src/market/records/alert/alert.ts'
import type { AlertRule } from '../../src/market/records/alert/alert-rule.ts'
import { buildWebApp } from '../../src/serve/http/web-app.ts'
import { type FakeMarket, fakeAnswers, fakeCandles, fakeCsv, fakeSnapshot } from './fake-answers.ts'

/** A gateway with an invented market: enough for the dashboard to be looked at without a broker and a database. */
export type FakeGateway = {
  readonly url: string
  /** Says something on a channel to all who have subscribed to it. */
  readonly tell: (channel: string, data: readonly unknown[]) => void
  /** The market behind it: what is changed there shows. */
  readonly market: FakeMarket
  readonly close: () => Promise<void>
}

/** `symbols` of the market, `token` that it wants, whether nothing is stored yet, whether a feed has an open hole. */
type Options = {
  readonly symbols?: readonly string[]
  readonly token?: string
  readonly port?: number
  readonly isCold?: boolean
  readonly isWhole?: boolean
}

type Subscribed = { readonly socket: WebSocket; readonly request: Readonly<Record<string, string>>; seq: number }

/** The policy that the gateway serves the dashboard under. */
const POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
].join('; ')

const csvOf = (params: URLSearchParams): string =>
  fakeCsv(Object.fromEntries(params), Number(params.get('limit') ?? 500))

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return parts.length === 0 ? null : JSON.parse(String(Buffer.concat(parts)))
}

const sendJson = (response: ServerResponse, code: number, body: unknown): void => {
  response.writeHead(code, { 'content-type': code < 400 ? 'application/json' : 'application/problem+json' })
  response.end(JSON.stringify(body))
}

/** A rule of a price fires at once when the newest candle is past it. */
const firingOf = (rule: AlertRule): readonly Alert[] => {
  const { above, instrument } = rule
  const [newest] = fakeCandles({ symbol: instrument?.split(':')[1], interval: '1m' }, 1)
  if (rule.kind !== 'price' || above === undefined || !newest || Number(newest.close) <= above) return []
  return [
    {
      id: `${rule.name} ${newest.openTime}`,
      rule: rule.name,
      kind: 'price',
      priority: rule.priority,
      instrument: instrument ?? '',
      time: newest.closeTime,
      value: Number(newest.close),
      threshold: above,
      state: 'firing',
      message: `${instrument}: price ${newest.close} is above ${above}`
    }
  ]
}

type RuleChange = { readonly rules: Map<string, AlertRule>; readonly tell: FakeGateway['tell'] }

const changeRules = async (request: IncomingMessage, response: ServerResponse, { rules, tell }: RuleChange) => {
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
  tell('alerts', firingOf(rule))
}

/** Starts the gateway. Whoever starts it closes it. */
export const startFakeGateway = async (options: Options = {}): Promise<FakeGateway> => {
  const { symbols = ['BTC/USDT', 'ETH/USDT', 'BNB/USDT', 'SOL/USDT'], isCold = false, isWhole = true } = options
  const files = await buildWebApp()
  const rules = new Map<string, AlertRule>()
  const state = { state: 'live', ageMs: 40 } as const
  const market: FakeMarket = { symbols, rules, isCold, isWhole, state, dataAgeMs: 150 }
  const answer = fakeAnswers(market)
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const wants = options.token && pathname.startsWith('/api') ? `Bearer ${options.token}` : undefined
    if (wants && request.headers.authorization !== wants) return sendJson(response, 401, { title: 'Unauthorized' })
    if (pathname.startsWith('/api/v1/alert-rules') && request.method !== 'GET')
      return void changeRules(request, response, { rules, tell })
    if (pathname.endsWith('.csv'))
      return void response.writeHead(200, { 'content-type': 'text/csv' }).end(csvOf(searchParams))
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
      say(one, 'snapshot', fakeSnapshot(market, request))
    })
  })
  const live = (): readonly Subscribed[] => [...subscribed.values()].filter(({ socket }) => socket.readyState === 1)
  const tell: FakeGateway['tell'] = (channel, data) => {
    for (const one of live()) if (one.request.channel === channel && data.length > 0) say(one, 'update', data)
  }
  const beat = setInterval(() => {
    for (const one of live())
      if (['candles', 'status'].includes(one.request.channel!)) say(one, 'update', fakeSnapshot(market, one.request))
  }, 500)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tell,
    market,
    close: async () => {
      clearInterval(beat)
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}
