import { baseUrls } from '../exchange/base-urls.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { exchangesOf } from '../exchange/registry.ts'
import { fetchJson } from '../ingest/transport/fetch-json.ts'
import { openSocket } from '../ingest/transport/open-socket.ts'
import { explainHandshake, explainStatus } from '../ingest/transport/refusal.ts'
import type { Instrument } from '../market/instrument.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Config } from '../runtime/config/config.ts'
import { isInstrument } from '../runtime/config/symbol-pattern.ts'
import { type Check, type Finding, reasonOf } from './finding.ts'

const ANSWER_WITHIN_MS = 5_000
const MAX_SKEW_MS = 1_000

/** REST and WebSocket of each exchange, and this machine's clock against its. */
export const checkExchange: Check = async ({ config }) => {
  try {
    const findings = exchangesOf([...config.symbols, ...config.symbolPatterns]).map(
      async ({ exchange, instruments }) => {
        const [rest, socket] = await Promise.all([
          checkRest(exchange, config),
          checkSocket(exchange, instruments.find(isInstrument) ?? anyOf(exchange), config)
        ])
        return [...rest, socket]
      }
    )
    return (await Promise.all(findings)).flat()
  } catch (error) {
    return [{ part: 'Exchange', state: 'missing', says: reasonOf(error), todo: 'correct SYMBOLS' }]
  }
}

/** A socket opens for any name; of patterns none is known without asking. */
const anyOf = ({ id }: Exchange): Instrument => ({ exchange: id, symbol: 'BTC/USDT' })

const elsewhere = (setting: string): string =>
  `check the network and ${setting}, or use \`tickstream up --source simulated\``

const checkRest = async (exchange: Exchange, { exchangeUrls }: Config): Promise<readonly Finding[]> => {
  const part = 'Exchange REST'
  const url = baseUrls(exchange, exchangeUrls).rest
  const missing = (says: string, todo = elsewhere(exchange.urls.rest.setting)): readonly Finding[] => [
    { part, state: 'missing', says, todo }
  ]
  const { serverTime } = exchange.rest
  try {
    const before = systemClock.now()
    const { path, body: asked } = serverTime.request
    const answer = await fetchJson(url + path, AbortSignal.timeout(ANSWER_WITHIN_MS), asked)
    const { status, body } = answer
    if (status !== 200 || exchange.rest.refusal(answer) !== null)
      return missing(`${url} answers ${status}`, explainStatus(exchange, status) ?? undefined)
    if (typeof body === 'string') return missing(`${url} answers, but with no JSON`)
    const localTime = (before + systemClock.now()) / 2
    return [{ part, state: 'ok', says: `${url} answers` }, clockSkew(localTime, serverTime.decode(answer))]
  } catch (error) {
    return missing(`${url}: ${reasonOf(error)}`)
  }
}

/** The clock decides nothing in a candle, but lag is measured with it. */
const clockSkew = (localTime: number, exchangeTime: number | null): Finding => {
  const part = 'Clock'
  if (exchangeTime === null) return { part, state: 'note', says: 'the exchange does not tell its time' }
  const skew = Math.round(localTime - exchangeTime)
  const says = `${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead of'} the exchange`
  if (Math.abs(skew) <= MAX_SKEW_MS) return { part, state: 'ok', says }
  return { part, state: 'note', says, todo: 'set the clock (NTP): lag is wrong by as much; candles are not' }
}

const checkSocket = async (exchange: Exchange, instrument: Instrument, { exchangeUrls }: Config): Promise<Finding> => {
  const part = 'Exchange WebSocket'
  const url = baseUrls(exchange, exchangeUrls).ws
  const stream = exchange.tradeStream(instrument)
  const problem = await socketProblem(url + exchange.socketPath([stream], exchange.route(stream)))
  if (problem === null) return { part, state: 'ok', says: `${url} opens` }
  const todo = explainHandshake(exchange, problem) ?? elsewhere(exchange.urls.ws.setting)
  return { part, state: 'missing', says: `${url}: ${problem}`, todo }
}

const socketProblem = (url: string): Promise<string | null> =>
  new Promise(resolve => {
    const socket = openSocket(url, {
      onOpen: () => {
        resolve(null)
        socket.terminate()
      },
      onFrame: () => undefined,
      onPong: () => undefined,
      onClose: (_, reason) => resolve(reason || 'it closes at once')
    })
  })
