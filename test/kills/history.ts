import { setTimeout as sleep } from 'node:timers/promises'
import { exchangeById } from '../../src/exchange/registry.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'

const PAGE = 1_000
/** Too many requests, or the exchange is having one of the faults of the run. */
const PASSING = new Set([418, 429, 500, 502, 503, 504])

/** One answer of the exchange, after as many rests as it takes. */
const ask = async (url: string): Promise<unknown> => {
  const answer = await fetch(url)
  if (answer.ok) return answer.json()
  if (!PASSING.has(answer.status)) throw new Error(`${url}: HTTP ${answer.status}`)
  await sleep(Number(answer.headers.get('retry-after') ?? '1') * 1_000)
  return ask(url)
}

/** Every trade of the exchange's own history from one id to another, inclusive. */
export const tradesBetween = async (
  restUrl: string,
  symbol: string,
  firstId: number,
  lastId: number
): Promise<readonly Trade[]> => {
  const { history } = exchangeById('binance')
  const of = { exchange: 'binance', symbol }
  const trades: Trade[] = []
  for (let from = firstId; from <= lastId; ) {
    const { path } = history.trades(of, { id: String(from), notBefore: null }, PAGE)
    const page = history.decodeTrades(await ask(restUrl + path), of, epochMs(Date.now()))
    trades.push(...page.filter(({ id }) => Number(id) <= lastId))
    const last = page.at(-1)
    if (!last) break
    from = Number(last.id) + 1
  }
  return trades
}
