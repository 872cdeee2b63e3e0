import type { Clock } from './clock.ts'

/** True when the work is done within `ms`; false when it is not, and it goes on. */
export const within = async (ms: number, work: Promise<unknown>, clock: Clock): Promise<boolean> => {
  const done = new AbortController()
  const inTime = clock.sleep(ms, done.signal).then(
    () => false,
    () => true
  )
  const finished = work.finally(() => done.abort())
  return Promise.race([finished.then(() => true), inTime])
}
