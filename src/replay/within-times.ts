import type { Incoming } from '../stream/topic.ts'
import type { RecordSource } from './ports.ts'
import type { ReplayRequest } from './request.ts'

type Pull = () => Promise<readonly Incoming[] | null>

/** The next records of which something is left. */
const nextLeft = async (pull: Pull, isWanted: (record: Incoming) => boolean): Promise<readonly Incoming[] | null> => {
  for (let records = await pull(); records; records = await pull()) {
    const left = records.filter(isWanted)
    if (left.length > 0) return left
  }
  return null
}

/**
 * The records of a source whose timestamps lie within the times asked for, if times were. Timestamps of a topic are in no order:
 * a revision, or a trade out of history, stands far behind its time, so that no offset divides what is wanted from what is not.
 */
export const withinTimes = (source: RecordSource, { from, to }: Pick<ReplayRequest, 'from' | 'to'>): RecordSource => {
  const fromTime = 'time' in from ? from.time : Number.NEGATIVE_INFINITY
  const toTime = to !== null && 'time' in to ? to.time : Number.POSITIVE_INFINITY
  const isWanted = ({ timestamp }: Incoming): boolean => timestamp >= fromTime && timestamp < toTime
  return {
    next: () => nextLeft(source.next, isWanted),
    nextOf: partition => nextLeft(() => source.nextOf(partition), isWanted)
  }
}
