import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import kafkajs from 'kafkajs'
import { readLz4 } from '../../../src/kafka/client/codec/lz4.ts'
import { MAX_BATCH_BYTES } from '../../../src/kafka/client/codec/max-bytes.ts'
import { registerCodecs } from '../../../src/kafka/client/codec/register-codecs.ts'
import { readSnappy } from '../../../src/kafka/client/codec/snappy.ts'
import { TickstreamError } from '../../../src/market/error.ts'

/** Bytes that other programs made on 2026-11-30: whole batches out of a broker's log, and what liblz4 4.4.5 and snappy 0.7.3 (PyPI) give. */
type Vectors = {
  readonly batches: readonly { readonly by: string; readonly codec: string; readonly bytes: string }[]
  readonly frames: readonly { readonly with: string; readonly bytes: string }[]
  readonly snappy: string
  /** Message sets of Kafka 0.8 to 0.10, by kafka-python 3.0.12. */
  readonly oldSets: readonly { readonly magic: number; readonly codec: string; readonly bytes: string }[]
}
const vectors = JSON.parse(readFileSync(join(__dirname, 'vectors.json'), 'utf8')) as Vectors
const bytesOf = ({ bytes }: { readonly bytes: string }): Buffer => Buffer.from(bytes, 'base64')

type Decoded = {
  readonly offset: string
  readonly key: Buffer | null
  readonly value: Buffer
  readonly unreadable?: string
}
const inside = (path: string): unknown => jest.requireActual(path)
const Decoder = inside('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object
const decodeMessages = inside('kafkajs/src/protocol/requests/fetch/v4/decodeMessages') as (
  decoder: object
) => Promise<readonly Decoded[]>
const filterAborted = inside('kafkajs/src/consumer/filterAbortedMessages') as (of: object) => readonly Decoded[]

registerCodecs()

/** Batches as an answer of the broker holds them. */
const read = (...batches: readonly Buffer[]): Promise<readonly Decoded[]> => {
  const size = Buffer.alloc(4)
  size.writeInt32BE(Buffer.concat(batches).length)
  return decodeMessages(new Decoder(Buffer.concat([size, ...batches])))
}

/** The same batch at another offset, which no checksum covers. */
const at = (offset: number, batch: Buffer): Buffer => {
  const moved = Buffer.from(batch)
  moved.writeBigInt64BE(BigInt(offset))
  return moved
}

const TEXT = Array.from({ length: 6_000 }, (_, i) => `{"n":${(i * i) % 97},"of":"a longer line of text"}\n`).join('')
const valuesOf = (codec: string): readonly string[] =>
  Array.from({ length: 20 }, (_, n) => `{"n":${n},"of":"${codec}"}`)

describe('a batch that another client has compressed', () => {
  test.each(vectors.batches)('is read: $codec by $by', async batch => {
    const records = await read(bytesOf(batch))
    expect(records.map(({ value }) => String(value))).toEqual(valuesOf(batch.codec))
    expect(records.map(({ key }) => String(key))).toEqual(Array.from({ length: 20 }, (_, n) => `k${n}`))
  })

  test.each(vectors.oldSets)('is read in the format of old brokers: $codec, magic $magic', async set => {
    // A broker gave the outer message the offset of the last inner one.
    const records = await read(at(set.magic === 1 ? 4 : 0, bytesOf(set)))
    expect(records.map(({ offset, value }) => `${offset} ${value}`)).toEqual(
      [0, 1, 2, 3, 4].map(n => `${n} {"n":${n}}`)
    )
  })

  test.each(vectors.frames)('is read whatever its frames: LZ4 with $with', frame => {
    expect(String(readLz4(bytesOf(frame)))).toBe(TEXT)
  })

  test('is read from several frames, and what may be skipped between them is', () => {
    const [first, second] = vectors.frames.map(bytesOf)
    const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
    expect(String(readLz4(Buffer.concat([first!, skippable, second!])))).toBe(TEXT + TEXT)
  })

  test('is read as bare snappy, and as a stream of xerial that begins anew in the middle', () => {
    const bare = Buffer.from(vectors.snappy, 'base64')
    expect(String(readSnappy(bare))).toBe(TEXT)
    const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bare.length)
    const stream = Buffer.concat([header, length, bare])
    expect(String(readSnappy(Buffer.concat([stream, stream])))).toBe(TEXT + TEXT)
  })
})

const good = bytesOf(vectors.batches.find(({ codec }) => codec === 'lz4')!)

describe('a batch that cannot be read', () => {
  test.each(vectors.batches)(
    'is one unreadable record with all its bytes, between neighbours that are read: $codec by $by',
    async batch => {
      const damaged = at(20, bytesOf(batch))
      damaged[damaged.length - 5]! ^= 0x55
      const records = await read(good, damaged, at(40, good))
      expect(records).toHaveLength(41)
      expect(records.map(({ unreadable }) => unreadable !== undefined).indexOf(true)).toBe(20)
      const { offset, key, value, unreadable } = records[20]!
      expect({ offset, key, unreadable }).toEqual({
        offset: '39',
        key: null,
        unreadable: 'the batch of offsets 20 to 39 cannot be read: its checksum is wrong'
      })
      expect(value.equals(damaged)).toBe(true)
    }
  )

  test('is one whose codec nobody knows', async () => {
    const strange = Buffer.from(good)
    strange.writeInt16BE(5, 21)
    expect((await read(strange)).map(({ unreadable }) => unreadable)).toEqual([
      'the batch of offsets 0 to 19 cannot be read: codec 5 is not known'
    ])
  })

  test('is one unreadable message in the format of old brokers', async () => {
    const damaged = at(4, bytesOf(vectors.oldSets.find(({ magic }) => magic === 1)!))
    damaged.fill(0x55, 50)
    const [found, ...others] = await read(damaged, at(9, bytesOf(vectors.oldSets[4]!)))
    expect(found).toMatchObject({ offset: '4', key: null })
    expect(found!.unreadable).toMatch(/^the messages up to offset 4 cannot be read: not gzip/)
    expect(others.map(({ offset }) => offset)).toEqual(['5', '6', '7', '8', '9'])
  })

  test('is told of wherever it was cut', () => {
    const snappy = Buffer.from(vectors.snappy, 'base64')
    for (const { read: readIt, bytes } of [
      { read: readLz4, bytes: bytesOf(vectors.frames[0]!) },
      { read: readSnappy, bytes: snappy }
    ])
      for (let kept = 1; kept < bytes.length; kept += 23)
        expect(() => readIt(bytes.subarray(0, kept))).toThrow(TickstreamError)
  })

  test('is told by a data error, whatever was cut off or changed, and never grows without end', () => {
    const inputs = [
      ...vectors.frames.map(frame => ({ read: readLz4, bytes: bytesOf(frame) })),
      { read: readSnappy, bytes: Buffer.from(vectors.snappy, 'base64') }
    ]
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      by: fc.integer({ min: 1, max: 255 })
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...inputs),
        fc.array(change, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (input, changes, kept) => {
          const bytes = Buffer.from(input.bytes.subarray(0, Math.ceil(kept * input.bytes.length)))
          for (const { at: where, by } of changes) if (bytes.length > 0) bytes[Math.floor(where * bytes.length)]! ^= by
          try {
            expect(input.read(bytes).length).toBeLessThanOrEqual(MAX_BATCH_BYTES + (4 << 20))
          } catch (error) {
            expect(error).toBeInstanceOf(TickstreamError)
          }
        }
      ),
      { numRuns: 2_000 }
    )
  })

  test('is one that would fill the memory', async () => {
    const zeros = Buffer.alloc(MAX_BATCH_BYTES + 1)
    const { CompressionCodecs, CompressionTypes } = kafkajs
    const decompress = (type: 1 | 4, bytes: Buffer): Promise<Buffer> => CompressionCodecs[type]().decompress(bytes)
    await expect(decompress(CompressionTypes.GZIP, gzipSync(zeros, { level: 1 }))).rejects.toThrow('not gzip')
    await expect(decompress(CompressionTypes.ZSTD, zstdCompressSync(zeros))).rejects.toThrow('not zstd')
    expect(() => readSnappy(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0]))).toThrow('more than the')
    expect(() => readSnappy(Buffer.from([0xff, 0xff, 0xff, 0x03, 0]))).toThrow('cannot hold')
  })
})

describe('what a transaction has aborted', () => {
  const record = (offset: number, producerId: string, key: Buffer | null = null, isControlRecord = false) => ({
    offset: String(offset),
    key,
    isControlRecord,
    batchContext: { producerId, inTransaction: true }
  })
  const MARK = Buffer.alloc(4)
  const offsets = (records: readonly { readonly offset: string }[]) => records.map(({ offset }) => Number(offset))

  test('stays hidden from a reader that begins in the middle of several transactions', () => {
    const abortedTransactions = [
      { producerId: '2', firstOffset: '7' },
      { producerId: '1', firstOffset: '5' }
    ]
    const messages = [record(10, '2'), record(11, '1'), record(12, '3')]
    expect(offsets(filterAborted({ messages, abortedTransactions }))).toEqual([12])
  })

  test('stays hidden behind a record whose key looks like the mark of an abort', () => {
    const abortedTransactions = [{ producerId: '1', firstOffset: '1' }]
    const messages = [record(1, '1', MARK), record(2, '1'), record(3, '1', MARK, true), record(4, '1')]
    expect(offsets(filterAborted({ messages, abortedTransactions }))).toEqual([3, 4])
  })
})
