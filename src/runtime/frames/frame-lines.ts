import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { TickstreamError } from '../../market/error.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'

/** One message on a socket, as it was: from the exchange (`in`) or to it (`out`). */
export type RawFrame = { readonly direction: 'in' | 'out'; readonly receivedAt: EpochMs; readonly text: string }

/** Messages of one connection, in the order of their coming and going. */
export type ConnectionFrames = {
  readonly exchange: string
  readonly connection: string
  readonly frames: readonly RawFrame[]
}

/** Marks what was sent; no exchange's message begins like this. */
const OUT = '> '
const NS_PER_MS = '000000'
const LINE = /^(\d+)\d{6} (> )?(.*)$/s
/** What one record of frames unpacks to, at most. */
const MAX_BYTES = 64 * 1024 * 1024

/** `<receive time ns> <message>`, as recordings are written; a message that was sent has a `>` before it. */
export const frameLine = ({ direction, receivedAt, text }: RawFrame): string =>
  `${receivedAt}${NS_PER_MS} ${direction === 'out' ? OUT : ''}${text.replaceAll(/\r?\n/g, ' ')}`

/** The frame of a line. Throws `TS-DATA` for anything else. */
export const parseFrameLine = (line: string): RawFrame => {
  const [, ms, out, text] = LINE.exec(line) ?? []
  if (ms === undefined || text === undefined)
    throw new TickstreamError('TS-DATA', `${JSON.stringify(line.slice(0, 80))} is no line of a recording`)
  return { direction: out === undefined ? 'in' : 'out', receivedAt: epochMs(Number(ms)), text }
}

/** Frames as base64 of their lines, compressed by zstd. */
export const packFrames = (frames: readonly RawFrame[]): string =>
  zstdCompressSync(frames.map(frameLine).join('\n')).toString('base64')

/** Throws `TS-DATA` for anything that `packFrames` has not made. */
export const unpackFrames = (packed: string): readonly RawFrame[] => {
  let lines: string
  try {
    lines = zstdDecompressSync(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_BYTES }).toString('utf8')
  } catch (cause) {
    throw new TickstreamError('TS-DATA', 'frames: they are not compressed by zstd', { cause })
  }
  return lines.split('\n').map(parseFrameLine)
}
