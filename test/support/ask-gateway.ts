import { KPI_FIGURES, type Kpi, type KpiFigure } from '../../src/market/records/derived/kpi.ts'
import { epochMs } from '../../src/market/time.ts'
import * as topics from '../../src/topics.ts'
import { candleAt } from './candles.ts'
import { fakeAlert, fakeComposite, fakeIndicators, fakePair } from './fake-records.ts'
import { type GatewayScene, gatewayScene } from './gateway-scene.ts'

type Options = Parameters<typeof gatewayScene>[0]

const open: GatewayScene[] = []

/** A gateway that `closeGateways` ends. */
export const openGateway = async (more?: Options): Promise<GatewayScene> => {
  const made = await gatewayScene(more)
  open.push(made)
  return made
}

/** Ends all that were opened; for `afterEach`. */
export const closeGateways = async (): Promise<void> => {
  await Promise.all(open.splice(0).map(({ close }) => close()))
}

export const get = async ({ url }: GatewayScene, path: string, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await fetch(url + path, { headers })
  const { status: code } = answer
  return { code, type: answer.headers.get('content-type'), text: await answer.text(), headers: answer.headers }
}

export const JSON_TYPE = 'application/json'

export const post = async ({ url }: GatewayScene, method: string, path: string, body?: string, type = JSON_TYPE) => {
  const answer = await fetch(url + path, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': type } })
  })
  const text = await answer.text()
  return { code: answer.status, body: text === '' ? null : JSON.parse(text) }
}

export const send = (scene: GatewayScene, method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  post(scene, method, path, body && JSON.stringify(body))

export const WHERE = 'exchange=binance&symbol=BTC/USDT&interval=1m'
const KPI: Kpi = {
  exchange: 'binance',
  symbol: 'BTC/USDT',
  time: epochMs(1_723_161_600_000),
  ...(Object.fromEntries(KPI_FIGURES.map(name => [name, 1.5])) as Record<KpiFigure, number>)
}
const GAP = {
  exchange: 'binance',
  symbol: 'BTC/USDT',
  fromId: '10',
  toId: '46',
  count: 37,
  detectedAt: epochMs(1_723_161_600_000),
  status: 'open',
  cause: 'restart',
  closedAt: null
} as const

/** One that has heard a little of everything. */
export const filledGateway = async (more?: Options): Promise<GatewayScene> => {
  const made = await openGateway(more)
  made.give(topics.candles['1m'], candleAt(0), candleAt(1), candleAt(2, { final: false }))
  made.give(topics.indicators, fakeIndicators(candleAt(0)), fakeIndicators(candleAt(1)))
  made.give(topics.kpis, KPI)
  made.give(topics.pairs, fakePair(1_723_161_600_000, '1m', 'ols'), fakePair(1_723_161_600_000, '5m', 'kalman'))
  made.give(
    topics.composites,
    fakeComposite('BTC/USDT', 1_723_161_540_000),
    fakeComposite('BTC/USDT', 1_723_161_600_000),
    fakeComposite('BTC/USDT', 1_723_161_600_000, { simulated: false })
  )
  made.give(topics.alerts, fakeAlert('a1', 1_723_161_600_000))
  made.give(topics.gaps, GAP)
  return made
}
