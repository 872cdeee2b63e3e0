import { copyMatch } from './copy-match.ts'
import { checkSize, damaged, MAX_BATCH_BYTES } from './max-bytes.ts'

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md. */
const CODEC = 'lz4'
const FRAME = 0x184d2204
const SKIPPABLE = 0x184d2a50
const MIN_MATCH = 4
/** By the code in the frame's descriptor. */
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 64 << 10, 5: 256 << 10, 6: 1 << 20, 7: 4 << 20 }

const cut = () => damaged(CODEC, 'it ends in the middle')

/** What has been read of the input, and what has been written of the output, which grows as it must. */
type Flow = { readonly bytes: Buffer; from: number; out: Buffer; to: number }

const readNumber = (flow: Flow, size: number): number => {
  if (flow.from + size > flow.bytes.length) throw cut()
  flow.from += size
  return flow.bytes.readUIntLE(flow.from - size, size)
}

const skip = (flow: Flow, size: number): void => {
  if (flow.from + size > flow.bytes.length) throw cut()
  flow.from += size
}

const makeRoom = (flow: Flow, bytes: number): void => {
  if (flow.to + bytes <= flow.out.length) return
  const room = Buffer.allocUnsafe(Math.max(flow.to + bytes, 2 * flow.out.length))
  flow.out.copy(room, 0, 0, flow.to)
  flow.out = room
}

/** 15 means that more follows, byte by byte, until one is not 255. */
const readLength = (flow: Flow, first: number, end: number): number => {
  if (first < 15) return first
  let length = first
  for (;;) {
    if (flow.from >= end) throw cut()
    const more = flow.bytes[flow.from++]!
    length += more
    if (more < 255) return length
  }
}

/** One block; a match may reach back into the blocks of this frame before it, which began at `begin`. */
const readBlock = (flow: Flow, end: number, most: number, begin: number): void => {
  makeRoom(flow, most)
  const { bytes, out } = flow
  const limit = flow.to + most
  while (flow.from < end) {
    const token = bytes[flow.from++]!
    const literal = readLength(flow, token >>> 4, end)
    if (flow.from + literal > end || flow.to + literal > limit) throw cut()
    bytes.copy(out, flow.to, flow.from, flow.from + literal)
    flow.from += literal
    flow.to += literal
    if (flow.from === end) return
    if (flow.from + 2 > end) throw cut()
    const distance = readNumber(flow, 2)
    const length = readLength(flow, token & 15, end) + MIN_MATCH
    if (distance === 0 || flow.to - distance < begin || flow.to + length > limit)
      throw damaged(CODEC, `a copy of what is not there, at byte ${flow.from}`)
    copyMatch(out, flow.to, distance, length)
    flow.to += length
  }
}

const copyPlain = (flow: Flow, size: number): void => {
  makeRoom(flow, size)
  flow.bytes.copy(flow.out, flow.to, flow.from, flow.from + size)
  flow.from += size
  flow.to += size
}

/** What a frame says of itself: its flags, and the most that a block of it holds. */
const readDescriptor = (flow: Flow): { readonly flags: number; readonly most: number } => {
  const flags = readNumber(flow, 1)
  if (flags >>> 6 !== 1) throw damaged(CODEC, `version ${flags >>> 6} of its frame is not known`)
  if (flags & 1) throw damaged(CODEC, 'it needs a dictionary')
  const most = BLOCK_BYTES[(readNumber(flow, 1) >>> 4) & 7]
  if (most === undefined) throw damaged(CODEC, 'the size of its blocks is not known')
  skip(flow, (flags & 8 ? 8 : 0) + 1)
  return { flags, most }
}

/** Checksums are passed over: Kafka's own, over the whole batch, has been looked at. */
const readFrame = (flow: Flow): void => {
  const { flags, most } = readDescriptor(flow)
  const begin = flow.to
  for (;;) {
    const declared = readNumber(flow, 4)
    if (declared === 0) break
    const size = declared & 0x7fff_ffff
    if (flow.from + size > flow.bytes.length || size > MAX_BATCH_BYTES) throw cut()
    if (declared > 0x7fff_ffff) copyPlain(flow, size)
    else readBlock(flow, flow.from + size, most, flags & 0x20 ? flow.to : begin)
    checkSize(CODEC, flow.to)
    if (flags & 0x10) skip(flow, 4)
  }
  if (flags & 4) skip(flow, 4)
}

/** Decompresses the frames of LZ4 that Kafka's clients write. Throws `TS-DATA` when it is none. */
export const readLz4 = (bytes: Buffer): Buffer => {
  const flow: Flow = { bytes, from: 0, out: Buffer.allocUnsafe(Math.max(4 * bytes.length, 1 << 10)), to: 0 }
  while (flow.from < bytes.length) {
    const magic = readNumber(flow, 4)
    if (magic === FRAME) readFrame(flow)
    else if (magic - (magic % 16) === SKIPPABLE) skip(flow, readNumber(flow, 4))
    else throw damaged(CODEC, 'it has no frame')
  }
  return flow.out.subarray(0, flow.to)
}
