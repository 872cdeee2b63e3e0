import type { EpochMs } from '../../../src/market/time.ts'
import type { NewRecord } from './partition-log.ts'

/** The wall clock of the brokers, and what they make of timestamps by it. */
export type BrokerClock = {
  /** How far it is ahead of the right time. */
  aheadMs: number
  /** Records as their topic takes them; null: it refuses them, for one at least is of a time too far ahead. */
  readonly stamp: (topic: string, records: readonly NewRecord[]) => readonly NewRecord[] | null
}

/** `message.timestamp.after.max.ms`, as brokers have it by default. */
const MAX_AHEAD_MS = 3_600_000
const NO_TIMESTAMP = -1

/** `appendTime`: topics whose records bear the broker's time, whatever a producer says. */
export const createBrokerClock = (rightTime: () => EpochMs, appendTime: readonly string[]): BrokerClock => {
  const clock: BrokerClock = {
    aheadMs: 0,
    stamp: (topic, records) => {
      const now = Math.floor(rightTime() + clock.aheadMs)
      if (appendTime.includes(topic)) return records.map(record => ({ ...record, time: now }))
      const isRefused = records.some(({ time }) => time !== NO_TIMESTAMP && time - now > MAX_AHEAD_MS)
      return isRefused ? null : records
    }
  }
  return clock
}
