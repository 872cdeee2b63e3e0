import type { Clock } from '../../runtime/clock.ts'
import { outgoing, type Publisher } from '../../stream/topic.ts'
import { alertClock } from '../../topics.ts'

const EVERY_MS = 5_000

/** Says what time it is in every partition until the signal, so that what is silent can be told from what is late. */
export const tellTime = async (to: {
  readonly publisher: Publisher
  readonly partitions: number
  readonly clock: Clock
  readonly signal: AbortSignal
}): Promise<void> => {
  const { publisher, partitions, clock, signal } = to
  while (!signal.aborted) {
    const record = outgoing(alertClock, { time: clock.now() })
    await publisher.send(Array.from({ length: partitions }, (_, partition) => ({ ...record, partition })))
    await clock.sleep(EVERY_MS, signal).catch(() => undefined)
  }
}
