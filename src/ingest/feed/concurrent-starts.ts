import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Position } from '../../market/records/feed/position.ts'

/** The positions behind which anybody has begun to publish an instrument, or has gone on, as it stands once this was asked. */
export type ConcurrentStarts = (instrument: Instrument) => Promise<readonly Position[]>

/** Those that ask while a read is under way share the next one: it sees what each of them has written before. */
const shared = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let running: Promise<T> | null = null
  let next: Promise<T> | null = null
  const start = (): Promise<T> => {
    next = null
    const reading = read().finally(() => {
      if (running === reading) running = null
    })
    running = reading
    return reading
  }
  return () => {
    if (running === null) return start()
    next ??= running.then(start, start)
    return next
  }
}

/** `readPositions`: every position that was ever saved and is still there, of any instrument. */
export const createConcurrentStarts = (readPositions: () => Promise<readonly Position[]>): ConcurrentStarts => {
  const read = shared(readPositions)
  return async instrument => {
    const key = instrumentKey(instrument)
    return (await read()).filter(position => instrumentKey(position) === key)
  }
}
