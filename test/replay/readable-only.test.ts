import { expect, test } from '@jest/globals'
import { readableOnly } from '../../src/replay/run/readable-only.ts'
import type { Incoming } from '../../src/stream/topic.ts'
import { incoming } from '../support/records.ts'

test.each(['next', 'nextOf'] as const)('a batch that cannot be read is told of and never copied: %s', async way => {
  const unreadable = incoming({ offset: '9', unreadable: 'the batch of offsets 5 to 9 cannot be read' })
  const batches: (readonly Incoming[] | null)[] = [
    [incoming({ offset: '4' }), unreadable],
    [incoming({ offset: '10' })]
  ]
  const pull = async () => batches.shift() ?? null
  const told: string[] = []
  const source = readableOnly({ next: pull, nextOf: pull }, ({ offset }) => void told.push(offset))
  const read: string[] = []
  for (let records = await source[way](0); records; records = await source[way](0))
    read.push(...records.map(({ offset }) => offset))
  expect({ read, told }).toEqual({ read: ['4', '10'], told: ['9'] })
})
