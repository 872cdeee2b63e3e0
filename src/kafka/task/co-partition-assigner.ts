import kafkajs, { type PartitionAssigner } from 'kafkajs'

const { AssignerProtocol } = kafkajs
const NAME = 'CoPartitionAssigner'
const VERSION = 0

/** Partitions by topic. */
type Assignment = Record<string, number[]>

/** Gives partition p of every topic to the same member: the records of one key meet in one process, whatever topic they are in. Pure. */
export const assignTogether = (
  members: readonly string[],
  partitions: ReadonlyMap<string, readonly number[]>
): ReadonlyMap<string, Assignment> => {
  const sorted = [...members].sort()
  const assigned = new Map<string, Assignment>(sorted.map(member => [member, {}]))
  for (const [topic, all] of partitions)
    for (const partition of all) {
      const assignment = assigned.get(sorted[partition % sorted.length]!)!
      assignment[topic] = [...(assignment[topic] ?? []), partition]
    }
  return assigned
}

/** The same for the client. */
export const coPartitionAssigner: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,
  assign: async ({ members, topics }) => {
    const partitionsOf = (topic: string): readonly number[] =>
      cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
    const assigned = assignTogether(
      members.map(({ memberId }) => memberId),
      new Map(topics.map(topic => [topic, partitionsOf(topic)]))
    )
    return [...assigned].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: VERSION,
        assignment,
        userData: Buffer.alloc(0)
      })
    }))
  },
  protocol: ({ topics }) => ({
    name: NAME,
    metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.alloc(0) })
  })
})
