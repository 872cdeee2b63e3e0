import { epochMs } from '../../src/market/time.ts'
import type { Clock } from '../../src/runtime/clock.ts'

/** A clock that stands still until a test moves it; sleepers wake in order, and everything they lead to happens before the next. */
export type VirtualClock = Clock & {
  readonly advance: (ms: number) => Promise<void>
  /** Sets the wall clock, which nobody sleeps by; it goes on from there. */
  readonly setWall: (time: number) => void
  /** Sets the wall clock to this time, unless it has been reached. */
  readonly reach: (time: number) => void
}

type Sleeper = { readonly dueMs: number; readonly wake: () => void }

/** Lets all promises settle that need no time. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve))
}

export const createVirtualClock = (startAt: number): VirtualClock => {
  let nowMs = 0
  let wallAt0 = startAt
  const now = (): number => Math.floor(wallAt0 + nowMs)
  let sleepers: readonly Sleeper[] = []
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = (): void => {
        sleepers = sleepers.filter(other => other !== sleeper)
        reject(signal?.reason)
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const sleeper = { dueMs: nowMs + ms, wake }
      sleepers = [...sleepers, sleeper]
      signal?.addEventListener('abort', onAbort)
    })
  const advance = async (ms: number): Promise<void> => {
    await settle()
    const until = nowMs + ms
    for (;;) {
      const [next] = sleepers.filter(({ dueMs }) => dueMs <= until).sort((a, b) => a.dueMs - b.dueMs)
      if (!next) break
      nowMs = Math.max(nowMs, next.dueMs)
      sleepers = sleepers.filter(sleeper => sleeper !== next)
      next.wake()
      await settle()
    }
    nowMs = until
  }
  const setWall = (time: number): void => {
    wallAt0 = time - nowMs
  }
  return {
    now: () => epochMs(now()),
    monotonicMs: () => nowMs,
    sleep,
    advance,
    setWall,
    reach: time => (time > now() ? setWall(time) : undefined)
  }
}
