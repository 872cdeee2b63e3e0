import type { Host } from './host.ts'
import type { Running } from './supervise.ts'

/** A server that is starting. */
type Starting = {
  readonly name: string
  /** May throw, when there is no use in waiting. */
  readonly ready: () => Promise<boolean>
  /** The end of its output: while that changes, the server makes progress. */
  readonly output: () => string | Promise<string>
}

/** `quiet`: it runs, but has written nothing new for too long. */
type Outcome = 'ready' | 'ended' | 'quiet'

const ASK_EVERY_MS = 100
const LOOK_EVERY_MS = 2_000
const SAY_EVERY_MS = 10_000
/** The recovery of a large log may take its time over one file. */
export const QUIET_MS = 180_000
const MAX_SHOWN = 160

/**
 * Waits until a server that was just started serves: as long as it lives and gets on, however slow that is, and says what it waits
 * for. When there is no use in waiting any more, or the signal is raised, it is stopped.
 */
export const awaitReady = async (server: Running, starting: Starting, host: Host): Promise<Outcome> => {
  let isOver = false
  void server.ended.then(() => {
    isOver = true
  })
  try {
    const outcome = await watch(starting, () => isOver, host)
    if (outcome !== 'ready') await server.stop()
    return outcome
  } catch (error) {
    await server.stop()
    throw error
  }
}

const watch = async (starting: Starting, isOver: () => boolean, host: Host): Promise<Outcome> => {
  const isQuiet = watchOutput(starting, host)
  while (!isOver()) {
    if (await starting.ready()) return isOver() ? 'ended' : 'ready'
    if (await isQuiet()) return 'quiet'
    await host.clock.sleep(ASK_EVERY_MS, host.signal)
  }
  return 'ended'
}

/** Reads the output of a server now and then, and prints its end. True once nothing new was written for too long. */
const watchOutput = ({ name, output }: Starting, { clock, print }: Host): (() => Promise<boolean>) => {
  const begun = clock.monotonicMs()
  let [previous, changedAt, lookedAt, reportedAt] = ['', begun, begun, begun]
  return async () => {
    const now = clock.monotonicMs()
    if (now - lookedAt < LOOK_EVERY_MS) return false
    lookedAt = now
    const current = await output()
    if (current !== previous) changedAt = now
    previous = current
    if (now - changedAt >= QUIET_MS) return true
    if (now - reportedAt < SAY_EVERY_MS) return false
    reportedAt = now
    print(`${name} is still coming up, for ${Math.round((now - begun) / 1_000)} s${lastOf(previous)}`)
    return false
  }
}

const lastOf = (output: string): string => {
  const line = output.trim().split('\n').at(-1)?.slice(0, MAX_SHOWN)
  return line ? `; it says: ${line}` : ''
}
