import { TickstreamError } from '../../market/error.ts'
import type { OffsetRange } from '../ports.ts'

/** Where the positions of one stopped group in the replayed topic live. */
export type GroupStore = {
  readonly read: () => Promise<ReadonlyMap<number, bigint>>
  readonly set: (positions: readonly { readonly partition: number; readonly next: bigint }[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** One partition of a group that was moved; `before` null: it had no position. */
export type Move = { readonly partition: number; readonly before: bigint | null; readonly after: bigint }

/** Puts a group at the beginning of the ranges, and says from where. */
export const moveGroup = async (ranges: readonly OffsetRange[], store: GroupStore): Promise<readonly Move[]> => {
  try {
    const before = await store.read()
    await store.set(ranges.map(({ partition, from }) => ({ partition, next: from })))
    return ranges.map(({ partition, from }) => ({ partition, before: before.get(partition) ?? null, after: from }))
  } finally {
    await store.close()
  }
}

/** Why a stage whose position lives with its state cannot be moved, and what to do instead. */
export const movesWithState = (group: string, topic: string, prefix: string): TickstreamError => {
  const fresh = `TOPIC_PREFIX=${prefix}again- tickstream`
  return new TickstreamError(
    'TS-KAFKA-OFFSET',
    `${group} keeps its position with its state, in ${group}_state: moved back alone, it would count records again. ` +
      `Rebuild it beside this one: \`${fresh} topics apply\`, then replay --topic ${topic} … --to-topic again-${topic}, then \`${fresh} ${group}\``
  )
}
