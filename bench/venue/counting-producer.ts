import type { Output } from '../../src/ingest/transport/output.ts'
import type { Outgoing } from '../../src/stream/topic.ts'
import { deadLetters, gaps, rawTicks } from '../../src/topics.ts'

/** A producer that counts what it is given, and tells of each trade how long ago it was printed. */
export type CountingProducer = Output & {
  readonly counts: { trades: number; gaps: number; deadLetters: number }
}

/** What is no trade among these begins with its kind. */
const isTradeRecord = ({ topic, value }: Outgoing): boolean =>
  topic === rawTicks.name && value !== null && !value.startsWith('{"kind"')

export const createCountingProducer = (onTrade: (lagMs: number, key: string) => void): CountingProducer => {
  const counts = { trades: 0, gaps: 0, deadLetters: 0 }
  const count = (record: Outgoing, now: number): void => {
    if (record.topic === gaps.name) counts.gaps++
    if (record.topic === deadLetters.name) counts.deadLetters++
    if (!isTradeRecord(record)) return
    counts.trades++
    onTrade(now - (record.time ?? now), record.key)
  }
  return {
    counts,
    send: async records => {
      const now = Date.now()
      for (const record of records) count(record, now)
    },
    close: async () => undefined,
    onRefused: () => undefined,
    trust: () => undefined,
    backlog: () => ({ records: 0, bytes: 0 })
  }
}
