import type { StoredPosition } from '../../stream/log-identity.ts'
import type { TopicPartition } from '../../stream/sink.ts'

/** A position that a stage goes on from. `stage` and `topic` are without the prefix. */
export type Kept = TopicPartition &
  StoredPosition & {
    readonly stage: string
    readonly keptIn: 'its state' | 'PostgreSQL' | 'the lake' | 'its group'
  }
