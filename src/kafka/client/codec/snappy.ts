import { copyMatch } from './copy-match.ts'
import { checkSize, damaged } from './max-bytes.ts'

/** https://github.com/google/snappy/blob/main/format_description.txt; in Kafka bare, or in the frames of xerial's snappy-java. */
const CODEC = 'snappy'
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
/** The mark, the version, and the version that can read it. */
const XERIAL_HEADER_BYTES = 16
/** The longest copy is 64 bytes, told in three. */
const MAX_GROWTH = 22
const FIRST_ALLOWANCE = 64

const cut = () => damaged(CODEC, 'it ends in the middle')

type Length = { readonly length: number; readonly start: number }

/** The size of what was compressed, told at the beginning, seven bits a byte. */
const readLength = (bytes: Buffer): Length => {
  let length = 0
  for (let at = 0; at < 5; at++) {
    const byte = bytes[at]
    if (byte === undefined) throw cut()
    length += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return { length, start: at + 1 }
  }
  throw damaged(CODEC, 'its length has no end')
}

const literalLength = (bytes: Buffer, at: number, tag: number): Length => {
  const declared = tag >>> 2
  if (declared < 60) return { length: declared + 1, start: at }
  const size = declared - 59
  if (at + size > bytes.length) throw cut()
  return { length: bytes.readUIntLE(at, size) + 1, start: at + size }
}

type Copy = { readonly length: number; readonly distance: number; readonly start: number }

const readCopy = (bytes: Buffer, at: number, tag: number): Copy => {
  const size = [0, 1, 2, 4][tag & 3]!
  if (at + size > bytes.length) throw cut()
  const declared = bytes.readUIntLE(at, size)
  if (size === 1) return { length: ((tag >>> 2) & 7) + 4, distance: ((tag >>> 5) << 8) | declared, start: at + size }
  return { length: (tag >>> 2) + 1, distance: declared, start: at + size }
}

const block = (bytes: Buffer): Buffer => {
  const { length, start } = readLength(bytes)
  checkSize(CODEC, length)
  if (length > bytes.length * MAX_GROWTH + FIRST_ALLOWANCE)
    throw damaged(CODEC, `${bytes.length} bytes cannot hold the ${length} that it tells of`)
  const out = Buffer.allocUnsafe(length)
  let [from, to] = [start, 0]
  while (from < bytes.length) {
    const tag = bytes[from++]!
    if ((tag & 3) === 0) {
      const literal = literalLength(bytes, from, tag)
      from = literal.start + literal.length
      if (from > bytes.length || to + literal.length > length) throw cut()
      bytes.copy(out, to, literal.start, from)
      to += literal.length
      continue
    }
    const copy = readCopy(bytes, from, tag)
    if (copy.distance === 0 || copy.distance > to || to + copy.length > length)
      throw damaged(CODEC, `a copy of what is not there, at byte ${from}`)
    copyMatch(out, to, copy.distance, copy.length)
    from = copy.start
    to += copy.length
  }
  if (to < length) throw cut()
  return out
}

const isXerial = (bytes: Buffer, at: number): boolean => bytes.subarray(at, at + XERIAL.length).equals(XERIAL)

/** Chunks behind their lengths; a stream may begin anew in the middle. */
const xerial = (bytes: Buffer): Buffer => {
  const chunks: Buffer[] = []
  let size = 0
  for (let at = 0; at < bytes.length; ) {
    if (isXerial(bytes, at)) {
      at += XERIAL_HEADER_BYTES
      continue
    }
    if (at + 4 > bytes.length) throw cut()
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) throw cut()
    const chunk = block(bytes.subarray(at + 4, end))
    size += chunk.length
    checkSize(CODEC, size)
    chunks.push(chunk)
    at = end
  }
  return Buffer.concat(chunks)
}

/** Decompresses snappy as any client of Kafka writes it. Throws `TS-DATA` when it is none. */
export const readSnappy = (bytes: Buffer): Buffer => (isXerial(bytes, 0) ? xerial(bytes) : block(bytes))
