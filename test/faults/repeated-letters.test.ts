import { expect, test } from '@jest/globals'
import { epochMs } from '../../src/market/time.ts'
import { DAY } from '../support/market.ts'
import type { Evidence } from './oracles/evidence.ts'
import { judgeDeadLetters } from './oracles/judge-dead-letters.ts'
import { createJournal } from './world/journal.ts'

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
