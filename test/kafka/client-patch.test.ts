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
const Encoder = inside('kafkajs/src/protocol/encoder') as new () => {
  [method: string]: (value: unknown) => unknown
} & { buffer: Buffer }
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
