import { describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'

/** What patches/ changes of the client's record format, against itself and against the bytes of an untouched encoder. */
const inside = (path: string): unknown => jest.requireActual(path)
type Record = {
  offsetDelta: number
  timestampDelta: number
  key: Buffer | null
  value: Buffer | null
  headers: { [name: string]: string | string[] }
}
const encodeRecord = inside('kafkajs/src/protocol/recordBatch/record/v0') as (record: Partial<Record>) => {
  buffer: Buffer
}
const decodeRecord = inside('kafkajs/src/protocol/recordBatch/record/v0/decoder') as (
  decoder: unknown,
  context: object
) => { offset: string; timestamp: string; key: Buffer | null; value: Buffer | null; headers: object }
const Decoder = inside('kafkajs/src/protocol/decoder') as new (
  bytes: Buffer
) => { readVarInt: () => number; offset: number }
type Encoding = { [method: string]: (value: unknown) => unknown } & { buffer: Buffer; size: () => number }
const Encoder = inside('kafkajs/src/protocol/encoder') as new () => Encoding
const { RecordBatch: encodeBatch } = inside('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: { records: unknown[]; firstTimestamp: number; maxTimestamp: number }) => Promise<Encoding>
}
const decodeBatch = inside('kafkajs/src/protocol/recordBatch/v0/decoder') as (
  decoder: unknown
) => Promise<{ records: readonly { key: Buffer | null; value: Buffer | null }[] }>
const group = inside('kafkajs/src/producer/groupMessagesPerPartition') as (input: object) => {
  [partition: string]: object[]
}
const RequestQueue = inside('kafkajs/src/network/requestQueue') as new (
  options: object
) => { scheduleCheckPendingRequests: () => void; throttleCheckTimeoutId: unknown; destroy: () => void }

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map(list => Buffer.from(list)))
const word = fc.string({ minLength: 1, maxLength: 5 }).filter(name => name !== '__proto__')
const record = fc.record({
  offsetDelta: fc.nat({ max: 2 ** 30 }),
  timestampDelta: fc.maxSafeInteger().map(n => Math.trunc(n / 2 ** 12)),
  key: bytes,
  value: bytes,
  headers: fc.dictionary(word, fc.oneof(word, fc.array(word, { minLength: 2, maxLength: 3 })), { maxKeys: 3 })
})

const read = (buffer: Buffer, firstOffset = '0', firstTimestamp = '0') => {
  const decoder = new Decoder(buffer)
  const size = decoder.readVarInt()
  expect(decoder.offset + size).toBe(buffer.length)
  return decodeRecord(decoder, { firstOffset, firstTimestamp, magicByte: 2 })
}

describe('a record of the client', () => {
  test('is read as it was written, whatever its key, value, headers, offset and time', () => {
    fc.assert(
      fc.property(record, fc.nat({ max: 2 ** 40 }), (one, firstOffset) => {
        const found = read(encodeRecord(one).buffer, String(firstOffset), '1723161600000')
        const headers = Object.fromEntries(
          Object.entries(one.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.map(text => Buffer.from(text)) : Buffer.from(value)
          ])
        )
        expect(found).toMatchObject({
          offset: String(firstOffset + one.offsetDelta),
          timestamp: String(1723161600000 + one.timestampDelta),
          key: one.key,
          value: one.value
        })
        expect(found.headers).toEqual(headers)
      }),
      { numRuns: 1_000 }
    )
  })

  test('has the very bytes that the untouched varint writers of the client give', () => {
    fc.assert(
      fc.property(record, ({ offsetDelta, timestampDelta, key, value }) => {
        const body = new Encoder()
        body.writeInt8!(0)
        body.writeVarLong!(timestampDelta)
        body.writeVarInt!(offsetDelta)
        body.writeVarIntBytes!(key)
        body.writeVarIntBytes!(value)
        body.writeVarInt!(0)
        const whole = new Encoder()
        whole.writeVarInt!(body.buffer.length)
        whole.writeBuffer!(body.buffer)
        expect(encodeRecord({ offsetDelta, timestampDelta, key, value }).buffer).toEqual(whole.buffer)
      }),
      { numRuns: 1_000 }
    )
  })
})

/** What is written into an encoder, and where its bytes are asked for on the way. */
type Writing = number | string | Buffer | 'ask' | readonly Writing[]

const large = fc.integer({ min: 4_000, max: 9_000 }).map(size => Buffer.alloc(size, size))
const { writings } = fc.letrec<{ writings: Writing[]; writing: Writing }>(tie => ({
  writing: fc.oneof({ depthSize: 'small' }, fc.constant('ask' as const), fc.nat(), word, large, tie('writings')),
  writings: fc.array(tie('writing'), { maxLength: 8 })
}))

const written = (writing: Writing): Buffer => {
  if (writing === 'ask') return Buffer.alloc(0)
  if (Buffer.isBuffer(writing)) return writing
  if (typeof writing === 'object') return Buffer.concat(writing.map(written))
  const number = Buffer.alloc(typeof writing === 'number' ? 4 : 2)
  if (typeof writing === 'number') number.writeInt32BE(writing)
  else number.writeInt16BE(Buffer.byteLength(writing))
  return typeof writing === 'number' ? number : Buffer.concat([number, Buffer.from(writing)])
}

const encoderOf = (writing: readonly Writing[]): Encoding => {
  const encoder = new Encoder()
  for (const one of writing) {
    if (one === 'ask') void encoder.buffer
    else if (Buffer.isBuffer(one)) encoder.writeBuffer!(one)
    else if (typeof one === 'object') encoder.writeEncoder!(encoderOf(one))
    else encoder[typeof one === 'number' ? 'writeInt32' : 'writeString']!(one)
  }
  return encoder
}

test('an encoder gives what was written into it in order, whether it copied or kept it', () => {
  fc.assert(
    fc.property(writings, writing => {
      const encoder = encoderOf(writing)
      const expected = written(writing)
      expect(encoder.size()).toBe(expected.length)
      expect(encoder.buffer.equals(expected)).toBe(true)
      expect(encoder.buffer.equals(expected)).toBe(true)
    }),
    { numRuns: 500 }
  )
})

test('a batch of records, bytes or text, large or small, is read as it was written', async () => {
  const content = fc.oneof(bytes, large, fc.string({ unit: 'binary' }))
  const records = fc.array(fc.record({ key: content, value: content }), { maxLength: 40 })
  const toBytes = (value: Buffer | string | null) => (value === null ? null : Buffer.from(value))
  await fc.assert(
    fc.asyncProperty(records, async plain => {
      const encoded = plain.map((one, offsetDelta) => encodeRecord({ ...one, offsetDelta } as Partial<Record>))
      const batch = await encodeBatch({ records: encoded, firstTimestamp: 0, maxTimestamp: 0 })
      const found = await decodeBatch(new Decoder(batch.buffer))
      const expected = plain.map(({ key, value }) => ({ key: toBytes(key), value: toBytes(value) }))
      expect(found.records.slice(0, plain.length).map(({ key, value }) => ({ key, value }))).toEqual(expected)
    }),
    { numRuns: 200 }
  )
})

test('messages are grouped by partition in order, and a named partition goes first', () => {
  const messages = [{ partition: 2, n: 0 }, { n: 1 }, { partition: 2, n: 2 }, { n: 3 }]
  expect(group({ topic: 't', partitionMetadata: [{}], messages, partitioner: () => 0 })).toEqual({
    0: [messages[1], messages[3]],
    2: [messages[0], messages[2]]
  })
})

test('an idle connection runs no timer', () => {
  const logger = { debug: () => undefined }
  const queue = new RequestQueue({
    logger,
    maxInFlightRequests: 1,
    requestTimeout: 1000,
    enforceRequestTimeout: false,
    clientId: '',
    broker: ''
  })
  queue.scheduleCheckPendingRequests()
  expect(queue.throttleCheckTimeoutId).toBeNull()
  queue.destroy()
})
