import { TickstreamError } from '../../market/error.ts'
import { backOffMs } from '../../runtime/back-off.ts'
import type { Clock } from '../../runtime/clock.ts'

/** How a process ended; `code` null = by a signal, or it could not be started. */
export type Exit = { readonly code: number | null; readonly lastMessage: string }

/** A process that is up. */
export type Running = {
  /** Resolves when it has ended, however. */
  readonly ended: Promise<Exit>
  /** Ends it cleanly, by force when that takes too long. */
  readonly stop: () => Promise<void>
}

/** A process that is started again when it ends by itself. */
export type Supervised = {
  readonly name: string
  readonly state: () => 'running' | 'restarting' | 'stopped'
  readonly stop: () => Promise<void>
  /** Rejects when starting it again is of no use: its settings are wrong. Never resolves otherwise. */
  readonly hopeless: Promise<never>
}

/** What is needed to keep a process up. */
type Care = {
  readonly name: string
  readonly first: Running
  readonly again: () => Promise<Running>
  readonly clock: Clock
  readonly print: (line: string) => void
  /** Once raised nothing is started again, but what runs goes on until it is stopped. */
  readonly signal: AbortSignal
  readonly random?: () => number
}

const WAIT = { firstMs: 500, mostMs: 30_000 }
/** One that ran for so long begins with the shortest wait again. */
const HEALTHY_AFTER_MS = 60_000
const WRONG_SETTINGS = 2

/** Keeps a process up until it is stopped, with a longer wait after each failure in a row. */
export const supervise = (care: Care): Supervised => {
  const stopping = new AbortController()
  const over = AbortSignal.any([stopping.signal, care.signal])
  let running: Running | null = care.first
  const watch = async (): Promise<void> => {
    let failures = 0
    while (!over.aborted) {
      const startedAt = care.clock.monotonicMs()
      const exit = running ? await running.ended : FAILED_START
      running = null
      if (over.aborted) return
      refuseWrongSettings(care.name, exit)
      failures = care.clock.monotonicMs() - startedAt > HEALTHY_AFTER_MS ? 0 : failures + 1
      const waitMs = Math.round(backOffMs(failures, WAIT, care.random ?? Math.random))
      if (exit !== FAILED_START) care.print(`${care.name} ended (${describe(exit)}); starting it again in ${waitMs} ms`)
      await care.clock.sleep(waitMs, over)
      running = await startAgain(care)
    }
  }
  const watched = watch()
  const hopeless = new Promise<never>((_, reject) => {
    watched.catch((error: unknown) => over.aborted || reject(error))
  })
  hopeless.catch(() => undefined)
  const stop = async (): Promise<void> => {
    stopping.abort()
    await running?.stop()
    await watched.catch(() => undefined)
    await running?.stop()
  }
  const state = () => (stopping.signal.aborted ? 'stopped' : running ? 'running' : 'restarting')
  return { name: care.name, state, stop, hopeless }
}

const FAILED_START: Exit = { code: null, lastMessage: 'it did not start' }

const startAgain = async (care: Care): Promise<Running | null> => {
  try {
    const running = await care.again()
    care.print(`${care.name} is up again`)
    return running
  } catch (error) {
    care.print(`${care.name} could not be started: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

const refuseWrongSettings = (name: string, exit: Exit): void => {
  if (exit.code === WRONG_SETTINGS) throw new TickstreamError('TS-CONFIG', `${name} cannot run: ${exit.lastMessage}`)
}

const describe = (exit: Exit): string =>
  [exit.code === null ? null : `exit code ${exit.code}`, exit.lastMessage || null].filter(Boolean).join(': ')
