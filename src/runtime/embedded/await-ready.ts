import type { Running } from '../supervise.ts'
import type { Host } from './host.ts'
import { poll } from './poll.ts'

/** Waits until a server that was just started serves. When it ends before, takes too long, or the signal is raised, it is stopped. */
export const awaitReady = async (
  server: Running,
  ready: () => Promise<boolean>,
  withinMs: number,
  host: Host
): Promise<boolean> => {
  let over = false
  void server.ended.then(() => {
    over = true
  })
  try {
    const ask = async (): Promise<boolean> => over || (await ready())
    if ((await poll(ask, host.clock, { everyMs: 100, withinMs, signal: host.signal })) && !over) return true
  } catch (error) {
    await server.stop()
    throw error
  }
  await server.stop()
  return false
}
