import type { Tick } from '../market/records/feed/trade.ts'
import type { Incoming } from '../stream/topic.ts'
import { rawTicks } from '../topics.ts'
import type { RecordSource } from './ports.ts'
import { byTime } from './run/by-time.ts'

type Ticks = AsyncGenerator<readonly Tick[]>

const AT_ONCE = 1_000

/** A tick as `raw_ticks` holds it. */
const recordOf = (tick: Tick): Incoming => ({
  topic: rawTicks.name,
  partition: 0,
  offset: '0',
  timestamp: rawTicks.time(tick),
  key: Buffer.from(rawTicks.key(tick)),
  value: Buffer.from(rawTicks.codec.encode(tick)),
  headers: {}
})

const nextRecords = async (ticks: Ticks): Promise<readonly Incoming[] | null> => {
  const { done, value } = await ticks.next()
  return done ? null : value.map(recordOf)
}

/** The ticks of several instruments as one partition of records, in the order of their times; those of one stay in their order. */
export const tickSource = (streams: readonly Ticks[]): RecordSource => {
  const nextOf = (at: number) => nextRecords(streams[at]!)
  const merged = byTime({ nextOf, next: () => nextOf(0) }, [...streams.keys()])
  const next = async (): Promise<readonly Incoming[] | null> => {
    const records: Incoming[] = []
    while (records.length < AT_ONCE) {
      const { done, value } = await merged.next()
      if (done) break
      records.push(value)
    }
    return records.length > 0 ? records : null
  }
  return { next, nextOf: next }
}
