import { describe, expect, test } from '@jest/globals'
import { canonicalDecimal, DecimalSum } from '../../src/market/decimal.ts'
import { listenTo, seededMarket, withExchange } from './open-exchange.ts'

type RestTrade = {
  readonly id: number
  readonly price: string
  readonly qty: string
  readonly quoteQty: string
  readonly time: number
  readonly isBuyerMaker: boolean
}
type Get = Parameters<Parameters<typeof withExchange>[0]>[0]['get']

/** A combined frame of a trade as history writes it, without its worth. */
const asRest = ({ data }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { t, p, q, T, m } = data as Readonly<Record<string, unknown>>
  return { id: t, price: p, qty: q, time: T, isBuyerMaker: m, isBestMatch: true }
}

/** A size of 0 takes the level away. */
const applyTo = (side: Map<string, string>, changes: readonly (readonly string[])[]): void => {
  for (const [price = '', size = ''] of changes) Number(size) === 0 ? side.delete(price) : side.set(price, size)
}

/** All trades with a time in `[from, to)`, page by page. */
const tradesBetween = async (get: Get, from: number, to: number): Promise<RestTrade[]> => {
  const { body: edge } = await get<{ a: number }[]>(`aggTrades?symbol=BTCUSDT&startTime=${from}&limit=1`)
  const trades: RestTrade[] = []
  let next = edge[0]!.a
  while (trades.length === 0 || trades.at(-1)!.time < to) {
    const { body } = await get<RestTrade[]>(`historicalTrades?symbol=BTCUSDT&fromId=${next}&limit=1000`)
    trades.push(...body)
    next = trades.at(-1)!.id + 1
  }
  return trades.filter(trade => trade.time < to)
}

const sum = (texts: readonly string[]): string => {
  const total = new DecimalSum()
  for (const text of texts) total.addText(canonicalDecimal(text))
  return total.toString()
}

/** What a kline has to say of these trades, canonical. */
const folded = (trades: readonly RestTrade[]): unknown[] => {
  const prices = trades.map(trade => canonicalDecimal(trade.price))
  const ranked = prices.toSorted((a, b) => Number(a) - Number(b))
  const bought = trades.filter(trade => !trade.isBuyerMaker)
  return [
    prices[0],
    ranked.at(-1),
    ranked[0],
    prices.at(-1),
    sum(trades.map(trade => trade.qty)),
    sum(trades.map(trade => trade.quoteQty)),
    trades.length,
    sum(bought.map(trade => trade.qty)),
    sum(bought.map(trade => trade.quoteQty))
  ]
}

const said = (row: readonly unknown[]): unknown[] =>
  [1, 2, 3, 4, 5, 7, 8, 9, 10].map(at => (typeof row[at] === 'string' ? canonicalDecimal(row[at]) : row[at]))

describe('the history of the simulated exchange', () => {
  test('is what the stream has sent, trade for trade', () =>
    withExchange(async ({ ws, get }) => {
      const client = await listenTo(`${ws}/stream?streams=btcusdt@trade`)
      const streamed = (await client.messages(800)).map(asRest)
      const { body } = await get<RestTrade[]>(`historicalTrades?symbol=BTCUSDT&fromId=${streamed[0]!.id}&limit=800`)
      expect(body.map(({ quoteQty, ...trade }) => trade)).toEqual(streamed)
    }))

  test('ends with the newest trade that was sent', () =>
    withExchange(async ({ get }) => {
      const { body: newest } = await get<RestTrade[]>('trades?symbol=BTCUSDT&limit=1')
      const { body: clock } = await get<{ serverTime: number }>('time')
      expect(newest[0]!.time).toBeLessThanOrEqual(clock.serverTime)
      const { body: beyond } = await get(`historicalTrades?symbol=BTCUSDT&fromId=${newest[0]!.id + 10_000_000}`)
      expect(beyond).toEqual([])
    }))

  test('pages by id without a hole or a repetition', () =>
    withExchange(async ({ get }) => {
      const { body: newest } = await get<RestTrade[]>('trades?symbol=ETHUSDT&limit=1')
      const from = newest[0]!.id - 2_500
      const ids: number[] = []
      for (const page of [0, 1_000, 2_000]) {
        const path = `historicalTrades?symbol=ETHUSDT&fromId=${from + page}&limit=1000`
        ids.push(...(await get<RestTrade[]>(path)).body.map(trade => trade.id))
      }
      expect(ids.slice(0, 2_501)).toEqual(Array.from({ length: 2_501 }, (_, i) => from + i))
    }))

  test.each(['1s', '1m', '5m'])('adds up to the %s klines digit for digit', interval =>
    withExchange(
      async ({ get }) => {
        const { body: rows } = await get<unknown[][]>(`klines?symbol=BTCUSDT&interval=${interval}&limit=3`)
        expect(rows.length).toBe(3)
        for (const row of rows.slice(0, 2)) {
          const trades = await tradesBetween(get, Number(row[0]), Number(row[6]) + 1)
          expect(said(row)).toEqual(folded(trades))
        }
      },
      { market: seededMarket({ rate: 40, symbols: ['BTC/USDT'] }) }
    )
  )

  test('has klines of old days, and flat ones where nothing traded', () =>
    withExchange(
      async ({ get }) => {
        const from = Date.UTC(2026, 0, 1)
        const { body: days } = await get<unknown[][]>(`klines?symbol=BTCUSDT&interval=1d&startTime=${from}&limit=2`)
        expect(days.map(row => [row[0], row[8]])).toEqual([
          [from, 86_400],
          [from + 86_400_000, 86_400]
        ])
        const { body: minutes } = await get<unknown[][]>(
          `klines?symbol=DOGEUSDT&interval=1m&startTime=${from}&limit=90`
        )
        const flat = minutes.findIndex((row, i) => i > 0 && row[8] === 0)
        const [before, row] = [minutes[flat - 1]!, minutes[flat]!]
        expect(row.slice(1, 6)).toEqual([before[4], before[4], before[4], before[4], '0.00000000'])
      },
      { market: seededMarket({ rate: 1, symbols: ['BTC/USDT', 'DOGE/USDT'], quiet: ['DOGE/USDT'] }) }
    ))

  test('gives a book whose differences on the stream continue its snapshot', () =>
    withExchange(async ({ ws, get }) => {
      const client = await listenTo(`${ws}/ws/btcusdt@depth@100ms`)
      await client.messages(2)
      const { body: start } = await get<{ lastUpdateId: number; bids: string[][]; asks: string[][] }>(
        'depth?symbol=BTCUSDT&limit=1000'
      )
      const diffs = await client.messages(12)
      const bids = new Map(start.bids as [string, string][])
      let id = start.lastUpdateId
      for (const diff of diffs) {
        if (Number(diff.u) <= id) continue
        expect(diff.U).toBe(id + 1)
        id = Number(diff.u)
        applyTo(bids, diff.b as string[][])
      }
      expect(id).toBeGreaterThan(start.lastUpdateId)
      const { body: end } = await get<{ lastUpdateId: number; bids: string[][] }>('depth?symbol=BTCUSDT&limit=1000')
      if (end.lastUpdateId === id) expect(new Map(end.bids as [string, string][])).toEqual(bids)
      expect(Number(start.bids[0]![0])).toBeLessThan(Number(start.asks[0]![0]))
    }))

  test('describes the day by what the trades add up to', () =>
    withExchange(async ({ get }) => {
      const { body: day } = await get<Record<string, number>>('ticker/24hr?symbol=ETHUSDT')
      expect(day.count).toBe(Number(day.lastId) - Number(day.firstId) + 1)
      expect(Number(day.highPrice)).toBeGreaterThanOrEqual(Number(day.lastPrice))
      expect(Number(day.weightedAvgPrice)).toBeCloseTo(Number(day.quoteVolume) / Number(day.volume), 1)
    }))
})

describe('the endpoints of the simulated exchange', () => {
  test.each([
    ['trades', 400, -1102],
    ['trades?symbol=NOPE', 400, -1121],
    ['historicalTrades?symbol=BTCUSDT&fromId=abc', 400, -1100],
    ['trades?symbol=BTCUSDT&limit=-5', 400, -1100],
    ['klines?symbol=BTCUSDT', 400, -1102],
    ['klines?symbol=BTCUSDT&interval=7m', 400, -1120],
    ['aggTrades?symbol=BTCUSDT&fromId=1&startTime=2', 400, -1128],
    ['exchangeInfo?symbols=oops', 400, -1100],
    ['orders', 404, -1000]
  ])('answer %s with status %d and code %d', (path, status, code) =>
    withExchange(async ({ get }) => {
      const answer = await get<{ code: number; msg: string }>(path)
      expect([answer.status, answer.body.code]).toEqual([status, code])
      expect(answer.body.msg).not.toBe('')
    })
  )

  test('count the weight of requests and refuse those beyond the limit until the minute ends', () =>
    withExchange(async ({ get }) => {
      const first = await get('ping')
      const second = await get('historicalTrades?symbol=BTCUSDT&limit=1')
      const used = ({ headers }: { headers: Headers }): number => Number(headers.get('x-mbx-used-weight-1m'))
      expect([1, 25]).toContain(used(second) - (used(second) > 25 ? used(first) : 0))
      // More than a minute allows; a minute may end on the way.
      const spend = async () => {
        const answers = await Promise.all(Array.from({ length: 100 }, () => get('ticker/24hr')))
        return answers.filter(answer => answer.status === 429)
      }
      const [inOne, inNext] = [await spend(), await spend()]
      const refused = [...inOne, ...inNext]
      expect(refused.length).toBeGreaterThan(0)
      expect(refused[0]!.body).toMatchObject({ code: -1003 })
      expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(Number(refused[0]!.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    }))

  test('list what is traded with its steps', () =>
    withExchange(async ({ get }) => {
      const { body } = await get<{ rateLimits: unknown[]; symbols: unknown[] }>('exchangeInfo?symbol=ETHUSDT')
      expect(body.rateLimits[0]).toEqual({
        rateLimitType: 'REQUEST_WEIGHT',
        interval: 'MINUTE',
        intervalNum: 1,
        limit: 6_000
      })
      expect(body.symbols).toHaveLength(1)
      expect(body.symbols[0]).toMatchObject({
        symbol: 'ETHUSDT',
        status: 'TRADING',
        baseAsset: 'ETH',
        quoteAsset: 'USDT'
      })
    }))

  test('refuse a port that is taken, and say how to choose another', () =>
    withExchange(async ({ ws }) => {
      const port = Number(new URL(ws).port)
      await expect(withExchange(async () => undefined, { port })).rejects.toThrow(/port \d+ .* is taken; .*--port/)
    }))
})
