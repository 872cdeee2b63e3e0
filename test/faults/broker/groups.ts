import type { Timeline } from '../world/timeline.ts'
import { brokerError } from './broker-error.ts'

/** Partitions by topic. */
export type Assigned = Readonly<Record<string, number[]>>

type Member = {
  readonly id: string
  readonly topics: readonly string[]
  readonly sessionMs: number
  joined: ((assigned: Assigned) => void) | null
  callOffSession: () => void
}

type Group = {
  readonly members: Map<string, Member>
  readonly positions: Map<string, number>
  generation: number
  isRebalancing: boolean
}

/** The group coordinator: who reads which partitions. Throws what the broker says to members that it does not know, or that have to join again. */
export type Groups = {
  /** Calls back with the member's partitions once all others have joined, or were given up. */
  readonly join: (
    group: string,
    member: string,
    topics: readonly string[],
    sessionMs: number,
    joined: (assigned: Assigned) => void
  ) => void
  readonly heartbeat: (group: string, member: string) => void
  readonly leave: (group: string, member: string) => void
  readonly commit: (group: string, member: string, place: string, next: number) => void
  /** Positions by `topic/partition`. */
  readonly positions: (group: string) => ReadonlyMap<string, number>
}

/** Members that come at about the same time are given their partitions together. */
const SETTLE_MS = 20

export const createGroups = (timeline: Timeline, partitionsOf: (topic: string) => number): Groups => {
  const groups = new Map<string, Group>()
  const groupOf = (name: string): Group => {
    const known = groups.get(name)
    if (known) return known
    const fresh: Group = { members: new Map(), positions: new Map(), generation: 0, isRebalancing: false }
    groups.set(name, fresh)
    return fresh
  }
  const deal = (members: readonly Member[]): ReadonlyMap<string, Record<string, number[]>> => {
    const dealt = new Map(members.map(({ id }) => [id, {} as Record<string, number[]>]))
    const topics = new Set(members.flatMap(member => member.topics))
    for (const topic of topics) {
      const readers = members.filter(member => member.topics.includes(topic))
      for (let partition = 0; partition < partitionsOf(topic); partition++) {
        const of = dealt.get(readers[partition % readers.length]!.id)!
        of[topic] = [...(of[topic] ?? []), partition]
      }
    }
    return dealt
  }
  const complete = (group: Group): void => {
    const members = [...group.members.values()]
    if (!group.isRebalancing || members.length === 0 || members.some(member => member.joined === null)) return
    group.isRebalancing = false
    group.generation += 1
    const dealt = deal(members)
    for (const member of members) {
      const joined = member.joined
      member.joined = null
      joined?.(dealt.get(member.id) ?? {})
    }
  }
  const rebalance = (group: Group): void => {
    group.isRebalancing = true
    timeline.after(SETTLE_MS, () => complete(group))
  }
  const remove = (group: Group, id: string): void => {
    const member = group.members.get(id)
    if (!member) return
    member.callOffSession()
    group.members.delete(id)
    rebalance(group)
  }
  const live = (group: Group, member: Member): void => {
    member.callOffSession()
    member.callOffSession = timeline.after(member.sessionMs, () => remove(group, member.id))
  }
  return {
    join: (name, id, topics, sessionMs, joined) => {
      const group = groupOf(name)
      const member = group.members.get(id) ?? { id, topics, sessionMs, joined: null, callOffSession: () => undefined }
      group.members.set(id, member)
      member.joined = joined
      live(group, member)
      rebalance(group)
    },
    heartbeat: (name, id) => {
      const group = groupOf(name)
      const member = group.members.get(id)
      if (!member) throw brokerError('UNKNOWN_MEMBER_ID')
      live(group, member)
      if (group.isRebalancing) throw brokerError('REBALANCE_IN_PROGRESS')
    },
    leave: (name, id) => remove(groupOf(name), id),
    commit: (name, id, place, next) => {
      const group = groupOf(name)
      if (!group.members.has(id)) throw brokerError('UNKNOWN_MEMBER_ID')
      group.positions.set(place, next)
    },
    positions: name => groupOf(name).positions
  }
}
