import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'

type Decoded = { readonly offset: string; readonly isControlRecord: boolean }

const client = createRequire(resolve('package.json'))
const Decoder: new (bytes: Buffer) => unknown = client('kafkajs/src/protocol/decoder.js')
const decode: (from: unknown) => Promise<{ readonly records: readonly Decoded[] }> = client(
  'kafkajs/src/protocol/recordBatch/v0/decoder.js'
)

/** A record batch of format 2 as a broker keeps it after compaction: no records left, offsets 1605 to 1609. */
const emptied = (): Buffer => {
  const bytes = Buffer.alloc(61)
  bytes.writeBigInt64BE(1_605n, 0)
  bytes.writeInt32BE(49, 8)
  bytes.writeInt8(2, 16)
  bytes.writeInt32BE(4, 23)
  return bytes
}

describe('the patched client', () => {
  test('passes a batch that compaction has emptied, so that a reader does not ask for it for ever', async () => {
    const { records } = await decode(new Decoder(emptied()))
    expect(records.map(({ offset, isControlRecord }) => ({ offset, isControlRecord }))).toEqual([
      { offset: '1609', isControlRecord: true }
    ])
  })
})
