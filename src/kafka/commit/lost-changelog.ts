import { stateTopic } from '../../topics.ts'
import type { GroupOffset } from '../admin/group-offsets.ts'
import type { StoppedPartition } from '../log/log-change.ts'
import type { Offsets } from './changelog.ts'

/**
 * Partitions whose state does not lead to where the group was told that it does: its topic was made anew, or has lost its end. The group is
 * told after a commit of the state alone, so it never knows more. Pure.
 */
export const lostChangelogs = (
  { name, prefix }: { readonly name: string; readonly prefix: string },
  told: readonly Pick<GroupOffset, 'topic' | 'partition' | 'next'>[],
  restored: ReadonlyMap<number, { readonly nextOffsets: Offsets }>
): readonly StoppedPartition[] => {
  const lost = new Map<number, StoppedPartition>()
  for (const { topic, partition, next } of told) {
    const state = restored.get(partition)
    const known = BigInt(state?.nextOffsets[topic.slice(prefix.length)] ?? 0)
    if (!state || known >= next || lost.has(partition)) continue
    const what = `it leads to offset ${known} of ${topic}`
    const change = { reason: 'state', what, resumeAt: 0n } as const
    lost.set(partition, { topic: prefix + stateTopic(name), partition, stored: next, change })
  }
  return [...lost.values()]
}
