import { setTimeout as sleep } from 'node:timers/promises'

/** Longer on a broker as Kafka ships it, where every group that begins waits for 3 s. */
const PATIENCE_MS = process.env.TEST_BROKER === 'plain' ? 120_000 : 30_000

/** Waits until a condition holds; fails with what `show` tells when it does not soon enough, or as soon as is said. */
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
