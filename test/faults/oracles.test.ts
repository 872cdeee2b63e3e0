import { expect, test } from '@jest/globals'
import { epochMs } from '../../src/market/time.ts'
import { DAY } from '../support/market.ts'
import type { Print } from './exchange/market.ts'
import type { EpochEvidence, Evidence } from './oracles/evidence.ts'
import { judgeDeadLetters } from './oracles/judge-dead-letters.ts'
import { judgeHeartbeats } from './oracles/judge-heartbeats.ts'
import { judgeLedger } from './oracles/judge-ledger.ts'
import { judgeTrades } from './oracles/judge-trades.ts'
import { createJournal } from './world/journal.ts'
import type { World } from './world/world.ts'

const FRAME = '{"stream":'

/** What a frame leaves that came once, and stands in two dead letters, where such things have happened. */
const judgeTwo = (...faults: readonly string[]): readonly string[] => {
  const journal = createJournal(null)
  for (const fault of faults) journal.fault(fault)
  const letter = {
    stage: 'ingest',
    reason: 'undecodable',
    detail: '',
    origin: {},
    receivedAt: epochMs(DAY),
    payload: Buffer.from(FRAME).toString('base64')
  }
  const venue = { heard: [{ text: FRAME, isAlive: () => true }], untrue: new Set() }
  return judgeDeadLetters({
    world: { journal, venue },
    deadLetters: [letter, letter],
    symbols: []
  } as unknown as Evidence)
}

test('a dead letter that stands twice is wrong, unless a request was refused in part and sent again', () => {
  expect(judgeTwo('process killed')).toEqual([`2 dead letters hold ${FRAME}, which came 1 times`])
  expect(judgeTwo('ack lost')).toEqual([])
})

test("a machine's clock that is ahead has the broker refuse a part", () => {
  expect(judgeTwo('clock jumps')).toEqual([])
})

const SYMBOL = 'BTC/USDT'
const TRUE_FRAME = 'a trade'
const print = (id: number, sentAtMs: number): Print => ({
  id: `${id}`,
  price: '1',
  quantity: '1',
  time: epochMs(DAY + sentAtMs),
  side: 'buy',
  sentAtMs,
  chain: 0,
  isForgotten: false
})

/** What a minute leaves of a symbol in which such things have happened, and its world, in which a process lives that has heard `texts`. */
const leftBy = (
  prints: readonly Print[],
  forgottenAtMs: number | null,
  faults: readonly string[],
  texts: readonly string[]
) => {
  const journal = createJournal(null)
  for (const fault of faults) journal.fault(fault)
  const of = {
    symbol: SYMBOL,
    epoch: 0,
    chain: 0,
    printed: new Map(prints.map(one => [Number(one.id), one])),
    forgottenAtMs,
    next: undefined,
    ticks: [],
    trades: prints
      .slice(0, 1)
      .map(one => ({ ...one, exchange: 'binance', symbol: SYMBOL, receivedAt: one.time, via: 'stream' })),
    gaps: [],
    positions: []
  } as unknown as EpochEvidence
  const venue = {
    markets: [{ symbol: SYMBOL, trades: prints, resets: [] }],
    heard: texts.map(text => ({ text, isAlive: () => true })),
    told: new Map([[TRUE_FRAME, prints[0]]])
  }
  const timeline = { nowMs: () => 60_000 }
  const broker = { refusals: { hasRefused: () => false } }
  return { of, world: { journal, venue, broker, timeline, startAt: epochMs(DAY) } as unknown as World }
}

test('a feed is vouched for in the end, unless nobody who lives has heard of the time at the exchange', () => {
  const heard = leftBy([print(1, 0)], null, ['frame late'], [TRUE_FRAME])
  expect(judgeHeartbeats(heard.of, heard.world)).toEqual([
    `${SYMBOL}: vouched for only up to 0, not to ${DAY + 50_000}`
  ])
  const deaf = leftBy([print(1, 0)], null, ['frame late'], ['not json'])
  expect(judgeHeartbeats(deaf.of, deaf.world)).toEqual([])
})

test('a trade that history had for long is not missing, or the broker took none meanwhile', () => {
  const missing = (...faults: readonly string[]): readonly string[] => {
    const { of, world } = leftBy([print(1, 0), print(2, 14_000), print(3, 30_000)], 50_000, faults, [])
    return judgeTrades(of, world)
  }
  expect(missing()).toEqual([`${SYMBOL}: trade 2 is missing in raw_ticks, though it could be had`])
  expect(missing('another topic in its place')).toEqual([])
})

/** What is wrong with a position that lets trade 3 out, and is taken back so much later. */
const judgeTakenBack = (afterMs: number): readonly string[] => {
  const { of, world } = leftBy([print(1, 0)], 50_000, [], [])
  const told = (lastId: number, takenAtMs: number) => ({ value: { lastId: `${lastId}` }, key: '', takenAtMs })
  const ticks = [1, 2, 4].map(id => ({ value: { ...of.trades[0], id: `${id}` }, key: '', takenAtMs: 100 }))
  const positions = [told(4, 200), told(0, 200 + afterMs)]
  return judgeHeartbeats({ ...of, ticks, positions } as unknown as EpochEvidence, world)
}

test('a position vouches for nothing that is missing, but for a first start that sees at once that another was first', () => {
  expect(judgeTakenBack(900)).toEqual([])
  expect(judgeTakenBack(1_100)).toEqual([`${SYMBOL}: a position of epoch 0 vouches for 4, but 3 was not there`])
})

/** Of a chain that is forgotten trade 3 was left out, behind the position `lastId`. */
const judgeLeftOut = (lastId: number, ...faults: readonly string[]): readonly string[] => {
  const { of, world } = leftBy(
    [1, 2, 3, 4].map(id => print(id, 0)),
    50_000,
    faults,
    []
  )
  const trades = [1, 2, 4].map(id => ({ ...of.trades[0], id: `${id}` }))
  const positions = [{ value: { lastId: `${lastId}` }, key: '', takenAtMs: 100 }]
  return judgeLedger({ ...of, trades, positions } as unknown as EpochEvidence, { ...world, born: [] })
}

test('what is missing is named, unless another topic stood where a successor reads what there was behind its position', () => {
  const told = [`${SYMBOL}: trade 3 is missing, and no gap gives it up`]
  expect(judgeLeftOut(1)).toEqual(expect.arrayContaining(told))
  expect(judgeLeftOut(3, 'another topic in its place')).toEqual(expect.arrayContaining(told))
  expect(judgeLeftOut(1, 'another topic in its place')).not.toEqual(expect.arrayContaining(told))
})
