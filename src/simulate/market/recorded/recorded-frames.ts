import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { TickstreamError } from '../../../market/error.ts'

/** One line of a recording: a frame of a combined stream, or the REST snapshot of the book, which has no stream. */
export type RecordedFrame = {
  /** `btcusdt`; empty for the snapshot. */
  readonly symbol: string
  /** `trade`, `depth@100ms`, …; empty for the snapshot. */
  readonly channel: string
  /** The message inside the frame, as it was received. */
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
}

const read = (file: string): string => {
  try {
    const bytes = readFileSync(file)
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TickstreamError('TS-CONFIG', `--frames ${file} cannot be read: ${reason}`, { cause })
  }
}

/** What was sent to the exchange, and its answers to that: `record` keeps them too. */
const CONTROL = /^\d+ (> |\{"result":|\{"id":|\{"error":)/
const LINE = /^\d+ (?:\{"stream":"([a-z0-9]+)@([^"]+)","data":(\{.*\})\}|(\{.*\}))\s*$/

const parseLine = (line: string): RecordedFrame | null => {
  const match = LINE.exec(line)
  if (!match) return null
  const [, symbol = '', channel = '', message, bare] = match
  const text = message ?? bare ?? ''
  try {
    const data: Readonly<Record<string, unknown>> = JSON.parse(text)
    return { symbol, channel, text, data }
  } catch {
    return null
  }
}

/** Reads `"<receive time> <raw combined frame>"` lines, gzipped or plain; passes over control messages. Throws `TS-CONFIG` that names the line it cannot read. */
export const readRecordedFrames = (file: string): readonly RecordedFrame[] => {
  const lines = read(file).split('\n')
  const frames: RecordedFrame[] = []
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '' || CONTROL.test(line)) continue
    const frame = parseLine(line)
    if (!frame)
      throw new TickstreamError(
        'TS-CONFIG',
        `--frames ${file}, line ${i + 1}: write "<receive time ns> <raw combined frame>", one a line`
      )
    frames.push(frame)
  }
  if (!frames.some(frame => frame.channel === 'trade'))
    throw new TickstreamError('TS-CONFIG', `--frames ${file} holds no trade; record at least <symbol>@trade`)
  return frames
}
