import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 30_000

/** Waits until a condition holds; fails with what `show` tells when it does not within half a minute. */
export const eventually = async (
  holds: () => boolean | Promise<boolean>,
  show: () => unknown = () => ''
): Promise<void> => {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`it never came to hold: ${JSON.stringify(await show())}`)
    await sleep(20)
  }
}
