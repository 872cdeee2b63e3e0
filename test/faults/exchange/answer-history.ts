import { encodeHistoricalTrade } from '../../../src/exchange/binance/rest/encode-rest.ts'
import type { RestAnswer } from '../../../src/exchange/rest-interface.ts'
import { TickstreamError } from '../../../src/market/error.ts'
import type { FaultInjector } from '../world/injector.ts'
import type { Random } from '../world/random.ts'
import type { Timeline } from '../world/timeline.ts'
import { chainAt, type Market } from './market.ts'
import { native } from './native.ts'

const answer = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RestAnswer => ({
  status,
  header: name => headers[name] ?? null,
  body
})

/** Trades that history has by then, from an id on: of the chain of ids that it has then. */
const pageOf = (market: Market, query: URLSearchParams, untilMs: number): readonly unknown[] => {
  const fromId = query.get('fromId')
  const limit = Number(query.get('limit'))
  const chain = chainAt(market.resets, untilMs)
  const known = market.trades.filter(print => print.chain === chain && !print.isForgotten && print.sentAtMs <= untilMs)
  const page =
    fromId === null ? known.slice(-limit) : known.filter(({ id }) => Number(id) >= Number(fromId)).slice(0, limit)
  return page.map(print => JSON.parse(encodeHistoricalTrade(print, '1')))
}

const noAnswer = (): never => {
  throw new TickstreamError('TS-AWAY', 'the exchange does not answer')
}

/** Answers a question about the past, or what comes of it in this injector. Throws where no answer comes at all. */
export const answerHistory = (
  markets: readonly Market[],
  { searchParams }: URL,
  {
    timeline,
    injector,
    random
  }: { readonly timeline: Timeline; readonly injector: FaultInjector; readonly random: Random }
): RestAnswer => {
  if (injector.strikes('history fails')) return random.chance(0.5) ? answer(503, 'sorry') : noAnswer()
  if (injector.strikes('history refuses'))
    return answer(random.pick([418, 429]), { code: -1003 }, { 'retry-after': String(random.int(1, 4)) })
  if (injector.strikes('history talks nonsense')) return answer(200, { code: 0 })
  const market = markets.find(({ symbol }) => native(symbol) === searchParams.get('symbol'))
  if (!market) return answer(400, { code: -1121, msg: 'Invalid symbol.' })
  const lagMs = injector.strikes('history lags') ? random.int(500, 4_000) : 0
  return answer(200, pageOf(market, searchParams, timeline.nowMs() - lagMs), { 'x-mbx-used-weight-1m': '25' })
}
