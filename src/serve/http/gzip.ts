import { promisify } from 'node:util'
import { constants, crc32, deflateRawSync, gzip } from 'node:zlib'

/** https://www.rfc-editor.org/rfc/rfc1952 */

/** Less is as well sent as it is. */
export const MIN_ZIPPED = 1_024
/** A tenth of the bytes for a third of the work of the usual level. */
const LEVEL = 1

/** Whether a client takes gzip, by its `Accept-Encoding`. */
export const takesGzip = (accepted: string | readonly string[] | undefined): boolean => {
  const codings = String(accepted ?? '')
    .toLowerCase()
    .split(',')
    .map(coding => coding.replaceAll(' ', '').split(';q='))
  const weight = (name: string): number | undefined => {
    const coding = codings.find(([one]) => one === name)
    return coding && Number(coding[1] ?? 1)
  }
  return (weight('gzip') ?? weight('*') ?? 0) > 0
}

const pack = promisify(gzip)

/** Packs on another thread. */
export const gzipped = (bytes: string | Uint8Array): Promise<Buffer> => pack(bytes, { level: LEVEL })

/** A stream of gzip that can be ended in many ways. */
export type Begun = { readonly bytes: Buffer; readonly crc: number; readonly length: number }

/** Magic, deflate, nothing else to say, no time, any system. */
const HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
const MAX_STORED = 0xffff

/** Packs what stays the same, so that only its end is left to do. */
export const beginGzip = (bytes: Uint8Array): Begun => ({
  bytes: Buffer.concat([HEAD, deflateRawSync(bytes, { level: LEVEL, finishFlush: constants.Z_FULL_FLUSH })]),
  crc: crc32(bytes),
  length: bytes.length
})

/** The last block as it is: a packer for a record would cost more than it saves. https://www.rfc-editor.org/rfc/rfc1951#section-3.2.4 */
const lastBlock = (end: Uint8Array): Uint8Array => {
  if (end.length > MAX_STORED) return deflateRawSync(end, { level: LEVEL })
  const block = Buffer.alloc(5 + end.length)
  block[0] = 1
  block.writeUInt16LE(end.length, 1)
  block.writeUInt16LE(end.length ^ MAX_STORED, 3)
  block.set(end, 5)
  return block
}

/** Ends a stream that was begun. */
export const endGzip = ({ bytes, crc, length }: Begun, end: Uint8Array): readonly Uint8Array[] => {
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc32(end, crc), 0)
  trailer.writeUInt32LE((length + end.length) >>> 0, 4)
  return [bytes, lastBlock(end), trailer]
}
