import { TickstreamError } from '../../src/market/error.ts'
import { epochMs } from '../../src/market/time.ts'
import type { LogIdentity } from '../../src/stream/log-identity.ts'
import { type Sink, type SinkBatch, topicPartitionKey } from '../../src/stream/sink.ts'

/** A sink in memory that forgives nothing: what is written twice stands there twice. Positions and values are one transaction. */
type MemorySink = Sink<string> & { readonly values: string[]; readonly stored: Map<string, bigint> }

type Behaviour = {
  readonly topics?: readonly string[]
  /** A value that can never be stored. */
  readonly isBad?: (value: string) => boolean
  /** Asked at each write; throws for a failure before it, `after` for a write whose answer is lost. */
  readonly fault?: () => 'none' | 'before' | 'after'
}

const away = (): TickstreamError => new TickstreamError('TS-AWAY', 'the sink is away')

export const memorySink = ({
  topics = ['numbers'],
  isBad = () => false,
  fault = () => 'none'
}: Behaviour): MemorySink => {
  const values: string[] = []
  const stored = new Map<string, bigint>()
  const logs = new Map<string, LogIdentity | null>()
  const write = async (batch: SinkBatch<string>): Promise<'written' | 'stale'> => {
    const failure = fault()
    if (failure === 'before') throw away()
    if (batch.advances.some(at => (stored.get(topicPartitionKey(at)) ?? null) !== at.stored)) return 'stale'
    if (batch.values.some(({ value }) => isBad(value))) throw new TickstreamError('TS-DATA', 'refused')
    for (const at of batch.advances) {
      stored.set(topicPartitionKey(at), at.next)
      logs.set(topicPartitionKey(at), at.log ?? null)
    }
    values.push(...batch.values.map(({ value }) => value))
    if (failure === 'after') throw away()
    return 'written'
  }
  return {
    name: 'sink-memory',
    topics,
    read: ({ value }) => {
      const text = String(value)
      if (text.startsWith('unreadable')) throw new TickstreamError('TS-DATA', 'unreadable')
      return text.startsWith('skip') ? null : text
    },
    time: () => epochMs(1_723_161_600_000),
    positions: async () => new Map([...stored].map(([key, next]) => [key, { next, log: logs.get(key) ?? null }])),
    write,
    close: async () => undefined,
    values,
    stored
  }
}
