import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { epochMs } from '../../src/market/time.ts'
import type { RecordSource } from '../../src/replay/ports.ts'
import type { Mark } from '../../src/replay/request.ts'
import { withinTimes } from '../../src/replay/within-times.ts'
import type { Incoming } from '../../src/stream/topic.ts'
import { incoming } from '../support/records.ts'

type Batches = readonly (readonly number[])[]

const sourceOf = (batches: Batches): RecordSource => {
  const waiting = batches.map(times => times.map(time => incoming({ timestamp: epochMs(time) })))
  const next = async (): Promise<readonly Incoming[] | null> => waiting.shift() ?? null
  return { next, nextOf: next }
}

const timesOf = async (pull: () => Promise<readonly Incoming[] | null>): Promise<readonly (readonly number[])[]> => {
  const batches: (readonly number[])[] = []
  for (let records = await pull(); records; records = await pull())
    batches.push(records.map(({ timestamp }) => Number(timestamp)))
  return batches
}

const read = async (batches: Batches, from: Mark, to: Mark | null, way: 'next' | 'nextOf') => {
  const source = withinTimes(sourceOf(batches), { from, to })
  return timesOf(() => (way === 'next' ? source.next() : source.nextOf(0)))
}

const time = fc.nat(20)
const batches = fc.array(fc.array(time, { minLength: 1, maxLength: 5 }), { maxLength: 8 })
const way = fc.constantFrom('next' as const, 'nextOf' as const)

describe('records by time', () => {
  test('are all those from one time up to before another, in the order in which they stand, and never an empty batch', async () => {
    await fc.assert(
      fc.asyncProperty(batches, time, time, way, async (of, from, to, by) => {
        const left = await read(of, { time: epochMs(from) }, { time: epochMs(to) }, by)
        expect(left.flat()).toEqual(of.flat().filter(at => from <= at && at < to))
        expect(left.every(batch => batch.length > 0)).toBe(true)
      })
    )
  })

  test('are not looked at where offsets were asked for', async () => {
    expect(await read([[3, 1], [9]], { offset: 0n }, null, 'next')).toEqual([[3, 1], [9]])
    expect(await read([[3, 1], [9]], { offset: 0n }, { offset: 3n }, 'nextOf')).toEqual([[3, 1], [9]])
    expect(await read([[3, 1], [9]], { offset: 0n }, { time: epochMs(3) }, 'next')).toEqual([[1]])
  })
})
