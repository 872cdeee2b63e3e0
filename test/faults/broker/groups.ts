import type { Timeline } from '../world/timeline.ts'
import { brokerError } from './broker-error.ts'
import { type Assigned, deal } from './deal-partitions.ts'

type Member = {
  readonly id: string
  readonly topics: readonly string[]
  readonly sessionMs: number
  joined: ((assigned: Assigned) => void) | null
  callOffSession: () => void
}

type Offset = { readonly topic: string; readonly partition: number; readonly next: number }

type Group = { readonly members: Map<string, Member>; readonly offsets: Map<string, Offset>; isRebalancing: boolean }

/** Someone who wants to read. */
type Joining = {
  readonly group: string
  readonly id: string
  readonly topics: readonly string[]
  readonly sessionMs: number
}

/** The group coordinator: who reads which partitions. Throws what the broker says to members that it does not know, or that have to join again. */
export type Groups = {
  /** Calls back with the member's partitions once all others have joined, or were given up. */
  readonly join: (who: Joining, joined: (assigned: Assigned) => void) => void
  readonly heartbeat: (group: string, member: string) => void
  readonly leave: (group: string, member: string) => void
  readonly commit: (group: string, member: string, offset: Offset) => void
  /** What was committed, whether the group has members or not. */
  readonly offsets: (group: string) => readonly Offset[]
}

type State = {
  readonly timeline: Timeline
  readonly partitionsOf: (topic: string) => number
  readonly groups: Map<string, Group>
}

/** Members that come at about the same time are given their partitions together. */
const SETTLE_MS = 20

const groupOf = ({ groups }: State, name: string): Group => {
  const known = groups.get(name)
  if (known) return known
  const fresh: Group = { members: new Map(), offsets: new Map(), isRebalancing: false }
  groups.set(name, fresh)
  return fresh
}

const complete = (state: State, group: Group): void => {
  const members = [...group.members.values()]
  if (!group.isRebalancing || members.length === 0 || members.some(member => member.joined === null)) return
  group.isRebalancing = false
  const dealt = deal(members, state.partitionsOf)
  for (const member of members) {
    const { joined } = member
    member.joined = null
    live(state, group, member)
    joined?.(dealt.get(member.id) ?? {})
  }
}

const rebalance = (state: State, group: Group): void => {
  group.isRebalancing = true
  state.timeline.after(SETTLE_MS, () => complete(state, group))
}

const remove = (state: State, group: Group, id: string): void => {
  group.members.get(id)?.callOffSession()
  if (group.members.delete(id)) rebalance(state, group)
}

const live = (state: State, group: Group, member: Member): void => {
  member.callOffSession()
  member.callOffSession = state.timeline.after(member.sessionMs, () => remove(state, group, member.id))
}

const memberOf = (group: Group, id: string): Member => {
  const member = group.members.get(id)
  if (!member) throw brokerError('UNKNOWN_MEMBER_ID')
  return member
}

export const createGroups = (timeline: Timeline, partitionsOf: (topic: string) => number): Groups => {
  const state: State = { timeline, partitionsOf, groups: new Map() }
  return {
    join: ({ group: name, id, topics, sessionMs }, joined) => {
      const group = groupOf(state, name)
      const member = group.members.get(id) ?? { id, topics, sessionMs, joined, callOffSession: () => undefined }
      group.members.set(id, member)
      member.joined = joined
      member.callOffSession()
      rebalance(state, group)
    },
    heartbeat: (name, id) => {
      const group = groupOf(state, name)
      live(state, group, memberOf(group, id))
      if (group.isRebalancing) throw brokerError('REBALANCE_IN_PROGRESS')
    },
    leave: (name, id) => remove(state, groupOf(state, name), id),
    commit: (name, id, offset) => {
      const group = groupOf(state, name)
      memberOf(group, id)
      group.offsets.set(`${offset.topic}/${offset.partition}`, offset)
    },
    offsets: name => [...groupOf(state, name).offsets.values()]
  }
}
