import type { RawFrames } from '../../market/records/feed/raw-frames.ts'
import type { Clock } from '../../runtime/clock.ts'
import { packFrames, type RawFrame } from '../../runtime/frames/frame-lines.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { spawn } from '../../runtime/spawn.ts'
import { outgoing } from '../../stream/topic.ts'
import { rawFrames } from '../../topics.ts'
import type { Output } from '../transport/output.ts'
import type { KeepFrame } from './record-sockets.ts'

/** What keeping raw frames works with. */
export type FramePublisherOptions = {
  readonly exchange: string
  readonly output: Pick<Output, 'send'>
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** A record holds the frames of about a second, or of so many characters. */
const FLUSH_MS = 1_000
const MAX_CHARACTERS = 512 * 1024

/**
 * Publishes every frame of an exchange's connections to `raw_frames`, many to a record, compressed. They take the way of trades: where the
 * broker is behind, sockets are slowed down and no frame is left out.
 */
export const createFramePublisher = (
  options: FramePublisherOptions
): { readonly keep: KeepFrame; readonly flush: () => void } => {
  const { exchange, output, clock, log, signal } = options
  const run = String(clock.now())
  const waiting = new Map<number, { frames: RawFrame[]; characters: number }>()
  const send = (connection: number, frames: readonly RawFrame[]): void => {
    const [first] = frames
    if (!first) return
    const record: RawFrames = {
      exchange,
      connection: `${run}-${connection}`,
      receivedAt: first.receivedAt,
      count: frames.length,
      frames: packFrames(frames)
    }
    output.send([outgoing(rawFrames, record)]).catch(() => undefined)
  }
  const flush = (): void => {
    for (const [connection, { frames }] of waiting) send(connection, frames)
    waiting.clear()
  }
  const flushOften = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(FLUSH_MS, signal)
      flush()
    }
  }
  spawn(flushOften(), signal, log)
  return {
    flush,
    keep: (connection, frame) => {
      const own = waiting.get(connection) ?? { frames: [], characters: 0 }
      waiting.set(connection, own)
      own.frames.push(frame)
      own.characters += frame.text.length
      if (own.characters < MAX_CHARACTERS) return
      waiting.delete(connection)
      send(connection, own.frames)
    }
  }
}
