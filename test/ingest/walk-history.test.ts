import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { Exchange } from '../../src/exchange/exchange.ts'
import { createAskHistory } from '../../src/ingest/backfill/ask-history.ts'
import { createLandmarks, type WalkStart } from '../../src/ingest/history/landmarks.ts'
import { readTrades } from '../../src/ingest/history/read-trades.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { DAY } from '../support/market.ts'

const BTC = parseInstrument('binance:BTC/USDT')
const PAGE = 10
const NEWEST = 1_000
const NOW = DAY + 86_400_000
/** A trade a minute, the newest of them now. */
const timeOf = (id: number): number => NOW - (NEWEST - id) * 60_000

const trade = (id: number): Trade => ({
  exchange: BTC.exchange,
  symbol: BTC.symbol,
  id: String(id),
  price: '1',
  quantity: '1',
  time: epochMs(timeOf(id)),
  receivedAt: epochMs(NOW),
  side: 'buy',
  via: 'history'
})

const idsFrom = (first: number, lost: ReadonlySet<number> = new Set()): readonly number[] =>
  Array.from({ length: NEWEST - first + 1 }, (_, i) => first + i).filter(id => id > 0 && !lost.has(id))

/** An exchange that is asked for its history by time, ten trades a page. */
const byTime = (
  lost?: ReadonlySet<number>
): { readonly exchange: Exchange; readonly rest: ReturnType<typeof restOf> } => {
  const history: Exchange['history'] = {
    trades: (_, from) => ({ path: from === null ? 'newest' : `${from.notBefore ?? 0}`, cost: 1 }),
    decodeTrades: body => (body as number[]).map(trade),
    next: body => {
      const last = (body as number[]).at(-1)
      return last === undefined || last === NEWEST ? null : { path: `${timeOf(last) + 1}`, cost: 1 }
    },
    firstFrom: null
  }
  const answer = (path: string): readonly number[] => {
    const known = idsFrom(1, lost)
    return path === 'newest' ? known.slice(-PAGE) : known.filter(id => timeOf(id) >= Number(path)).slice(0, PAGE)
  }
  return { exchange: { ...createBinance('binance'), history }, rest: restOf(answer) }
}

/** An exchange that gives the trades of ids from one on, one a page, and cannot be asked by time. */
const byId = () => {
  const history: Exchange['history'] = {
    trades: (_, from) => ({ path: from === null ? String(NEWEST) : from.id, cost: 1 }),
    decodeTrades: body => (body as number[]).map(trade),
    firstFrom: null
  }
  return { exchange: { ...createBinance('binance'), history }, rest: restOf(path => idsFrom(Number(path)).slice(0, 1)) }
}

const restOf = (answer: (path: string) => readonly number[]) => {
  const asked: string[] = []
  return {
    asked,
    ask: async ({ path }: { readonly path: string }): Promise<unknown> => {
      asked.push(path)
      return answer(path)
    }
  }
}

const read = async ({ exchange, rest }: ReturnType<typeof byTime>, start: WalkStart): Promise<readonly number[]> => {
  const clock = { now: () => epochMs(NOW) }
  const page = await readTrades({ exchange, rest, clock }, BTC, start, PAGE)
  return page.map(({ id }) => Number(id))
}

describe('history that is asked for by time', () => {
  test('is walked to the trade that is wanted, from a time that lies before it', async () => {
    const world = byTime()
    const page = await read(world, { id: 500, notBefore: epochMs(timeOf(475)) })
    expect(page).toEqual([500, 501, 502, 503, 504])
    expect(world.rest.asked).toHaveLength(3)
  })

  test('is looked back in for a trade of an unknown time, no further than it lies', async () => {
    const world = byTime()
    const page = await read(world, { id: 990, notBefore: null })
    expect(page[0]).toBe(990)
    expect(world.rest.asked.length).toBeLessThanOrEqual(7)
  })

  test('gives what follows on a trade that it lacks, without a walk from the first trade ever', async () => {
    const world = byTime(new Set([970]))
    expect((await read(world, { id: 970, notBefore: null }))[0]).toBe(971)
    expect(world.rest.asked).not.toContain('0')
  })

  test('is asked from its beginning for the oldest trade', async () => {
    const world = byTime()
    expect((await read(world, { id: 0, notBefore: null }))[0]).toBe(1)
    expect(world.rest.asked).toEqual(['0'])
  })
})

describe('history that cannot be asked for a time', () => {
  const signal = new AbortController().signal
  const patience = { clock: systemClock, random: () => 0.5, signal, onFailure: () => undefined }

  test.each([
    ['between two trades', timeOf(321) + 1, 322],
    ['of a trade', timeOf(321), 321],
    ['before all', 0, 0],
    ['of the newest', timeOf(NEWEST), NEWEST],
    ['that has not come', NOW + 1, null]
  ])('is searched for the first trade from a time on: %s', async (_, time, id) => {
    const { exchange, rest } = byId()
    const ask = createAskHistory(exchange, BTC, rest, patience as unknown as Parameters<typeof createAskHistory>[3])
    expect(await ask.firstFrom(epochMs(time))).toBe(id)
    expect(rest.asked.length).toBeLessThan(15)
  })
})

describe('landmarks', () => {
  test('say from when on a trade is to be looked for: a little before the nearest older one that is known', () => {
    const landmarks = createLandmarks()
    landmarks.note(100, DAY)
    landmarks.note(300, DAY + 60_000)
    landmarks.note(200, DAY + 30_000)
    expect(landmarks.startAt(250)).toEqual({ id: 250, notBefore: DAY + 28_000 })
    expect(landmarks.startAt(301)).toEqual({ id: 301, notBefore: DAY + 58_000 })
    expect(landmarks.startAt(100)).toEqual({ id: 100, notBefore: DAY - 2_000 })
    expect(landmarks.startAt(99)).toEqual({ id: 99, notBefore: null })
  })

  test('stay few, the newest of them', () => {
    const landmarks = createLandmarks()
    for (let id = 1; id <= 5_000; id++) landmarks.note(id, DAY + id * 10_000)
    expect(landmarks.startAt(1_000).notBefore).toBeNull()
    expect(landmarks.startAt(4_900).notBefore).toBe(DAY + 49_000_000 - 2_000)
  })
})
