import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 30_000

/** Waits until a condition holds; fails with what `show` tells when it does not within half a minute, or as long as is said. */
export const eventually = async (
  holds: () => boolean | Promise<boolean>,
  show: () => unknown = () => '',
  patienceMs: number = PATIENCE_MS
): Promise<void> => {
  const deadline = Date.now() + patienceMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`it never came to hold: ${JSON.stringify(await show())}`)
    await sleep(20)
  }
}
