import { exchangeById } from '../exchange/registry.ts'
import { openSocket } from '../ingest/transport/open-socket.ts'
import { explainHandshake, explainStatus } from '../ingest/transport/refusal.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Config } from '../runtime/config/config.ts'
import { type Check, type Finding, reasonOf } from './finding.ts'

const ANSWER_WITHIN_MS = 5_000
const MOST_SKEW_MS = 1_000

/** REST and WebSocket of the exchange, and this machine's clock against its. */
export const checkExchange: Check = async ({ config }) => {
  const [rest, socket] = await Promise.all([checkRest(config), checkSocket(config)])
  return [...rest, socket]
}

const ELSEWHERE = 'check the network and the BINANCE_… settings, or use `tickstream up --source simulated`'

const checkRest = async ({ binanceRestUrl }: Config): Promise<readonly Finding[]> => {
  const part = 'Exchange REST'
  try {
    const before = systemClock.now()
    const answer = await fetch(`${binanceRestUrl}/api/v3/time`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    if (!answer.ok)
      return [
        {
          part,
          state: 'missing',
          says: `${binanceRestUrl} answers ${answer.status}`,
          todo: explainStatus(answer.status) ?? ELSEWHERE
        }
      ]
    const theirs = timeIn(await answer.json())
    const ours = (before + systemClock.now()) / 2
    return [{ part, state: 'ok', says: `${binanceRestUrl} answers` }, clockSkew(ours, theirs)]
  } catch (error) {
    return [{ part, state: 'missing', says: `${binanceRestUrl}: ${reasonOf(error)}`, todo: ELSEWHERE }]
  }
}

const timeIn = (body: unknown): number | null =>
  body !== null && typeof body === 'object' && 'serverTime' in body ? Number(body.serverTime) : null

/** The clock decides nothing in a candle, but lag is measured with it. */
const clockSkew = (ours: number, theirs: number | null): Finding => {
  const part = 'Clock'
  if (theirs === null || Number.isNaN(theirs))
    return { part, state: 'note', says: 'the exchange does not tell its time' }
  const skew = Math.round(ours - theirs)
  const says = `${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead of'} the exchange`
  if (Math.abs(skew) <= MOST_SKEW_MS) return { part, state: 'ok', says }
  return { part, state: 'note', says, todo: 'set the clock (NTP): lag is wrong by as much; candles are not' }
}

const checkSocket = async ({ binanceWsUrl, symbols }: Config): Promise<Finding> => {
  const part = 'Exchange WebSocket'
  try {
    const [first] = symbols
    const exchange = exchangeById(first!.exchange)
    const problem = await socketProblem(`${binanceWsUrl}${exchange.socketPath([exchange.tradeStream(first!)])}`)
    if (problem === null) return { part, state: 'ok', says: `${binanceWsUrl} opens` }
    return { part, state: 'missing', says: `${binanceWsUrl}: ${problem}`, todo: explainHandshake(problem) ?? ELSEWHERE }
  } catch (error) {
    return { part, state: 'missing', says: reasonOf(error), todo: 'correct SYMBOLS' }
  }
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
