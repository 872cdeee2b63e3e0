import type { Clock } from '../../runtime/clock.ts'
import type { ConsumerSession } from '../client/consumer-session.ts'
import type { Offsets } from './commit/state-changelog.ts'

const REPORT_EVERY_MS = 1_000

/**
 * Commits a topology's offsets to its group, after the state's commit: for lag tools, and so that a state that was lost is known by leading
 * less far. The positions that count stand in the state.
 */
export const createOffsetReporter = (
  session: Pick<ConsumerSession, 'commitOffsets'>,
  prefix: string,
  clock: Clock
): ((partition: number, offsets: Offsets) => void) => {
  const reportedAt = new Map<number, number>()
  return (partition, offsets) => {
    const now = clock.monotonicMs()
    if (now - (reportedAt.get(partition) ?? Number.NEGATIVE_INFINITY) < REPORT_EVERY_MS) return
    reportedAt.set(partition, now)
    const positions = Object.entries(offsets).map(([name, offset]) => ({
      topic: prefix + name,
      partition,
      next: BigInt(offset)
    }))
    void session.commitOffsets(positions).catch(() => undefined)
  }
}
