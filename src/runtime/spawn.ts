import type { Logger } from './observe/log.ts'

/** Lets work go on by itself. What it throws after the stop is no news; anything else is a bug and ends the process. */
export const spawn = (work: Promise<unknown>, signal: AbortSignal, log: Logger): void => {
  work.catch(error => {
    if (signal.aborted) return
    log.fatal({ err: error }, 'ingest failed; this is a bug')
    queueMicrotask(() => {
      throw error
    })
  })
}
