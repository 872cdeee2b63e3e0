/** Partitions by topic. */
export type Assigned = Readonly<Record<string, number[]>>

type Reader = { readonly id: string; readonly topics: readonly string[] }

/** Deals the partitions of all topics out to the members that read them, in turn. */
export const deal = (
  members: readonly Reader[],
  partitionsOf: (topic: string) => number
): ReadonlyMap<string, Assigned> => {
  const dealt = new Map(members.map(({ id }) => [id, {} as Record<string, number[]>]))
  for (const topic of new Set(members.flatMap(member => member.topics))) {
    const readers = members.filter(member => member.topics.includes(topic))
    for (let partition = 0; partition < partitionsOf(topic); partition++) {
      const of = dealt.get(readers[partition % readers.length]!.id)!
      of[topic] = [...(of[topic] ?? []), partition]
    }
  }
  return dealt
}
