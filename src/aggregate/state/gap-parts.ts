import type { StatePart } from '../../stream/topology.ts'
import { type Hole, UNTOLD } from '../gaps.ts'

/** So many gaps stand in the head; where there are more, all of them stand in parts, by their ids: a record has a limit. */
const MAX_IN_HEAD = 100
const IDS_PER_PART = 1_024
const PREFIX = 'holes/'
const STATES = ['open', 'held', 'lost'] as const

/** Ids from `fromId` on, times from `beforeTime` on. Rows of before end with `touchedTo`. */
type HoleRow = readonly [
  fromId: number,
  more: number,
  beforeTime: number,
  after: number,
  since: number,
  state: number,
  touchedFrom: number,
  touchedTo: number,
  ...told: [before: number, after: number] | []
]

const toRow = (hole: Hole): HoleRow => [
  hole.fromId,
  hole.toId - hole.fromId,
  hole.beforeTime,
  hole.afterTime - hole.beforeTime,
  hole.since - hole.beforeTime,
  STATES.indexOf(hole.state),
  hole.touchedFrom - hole.beforeTime,
  hole.touchedTo - hole.beforeTime,
  hole.beforeId - hole.fromId,
  hole.afterId - hole.fromId
]

/** Of a hole that was stored without them: whoever tells next is nearer. */
const ANYBODY = { beforeId: -1, afterId: UNTOLD }

const fromRow = ([fromId, more, beforeTime, after, since, state, touchedFrom, touchedTo, ...told]: HoleRow): Hole => ({
  ...(told.length === 0 ? ANYBODY : { beforeId: fromId + told[0], afterId: fromId + told[1] }),
  fromId,
  toId: fromId + more,
  beforeTime,
  afterTime: beforeTime + after,
  since: beforeTime + since,
  state: STATES[state] ?? 'lost',
  touchedFrom: beforeTime + touchedFrom,
  touchedTo: beforeTime + touchedTo
})

export const isHolePart = (name: string): boolean => name.startsWith(PREFIX)

/** Gaps as they were last stored, by part: their fields one after the other. */
export type StoredHoles = Map<number, Float64Array>

const FIELDS = 10

const fieldsOf = (holes: readonly Hole[]): Float64Array => Float64Array.from(holes.flatMap(toRow))

/** Compared field by field, as most parts of ten thousand gaps are what they were at the last commit. */
const isSame = (holes: readonly Hole[], stored: Float64Array | undefined): boolean =>
  stored?.length === holes.length * FIELDS &&
  holes.every((hole, n) => toRow(hole).every((field, k) => stored[n * FIELDS + k] === field))

const partOfHole = ({ fromId }: Hole): number => Math.floor(fromId / IDS_PER_PART)

/** What of the gaps belongs into the head, and the parts that differ from `stored`, which is brought up to date. */
export const holeParts = (
  holes: readonly Hole[],
  stored: StoredHoles
): { readonly head: readonly Hole[]; readonly parts: readonly StatePart[] } => {
  const isFew = holes.length <= MAX_IN_HEAD
  if (isFew && stored.size === 0) return { head: holes, parts: [] }
  const now = Map.groupBy(isFew ? [] : holes, partOfHole)
  const gone = [...stored.keys()].filter(part => !now.has(part))
  const changed = [...now].filter(([part, some]) => !isSame(some, stored.get(part)))
  for (const part of gone) stored.delete(part)
  for (const [part, some] of changed) stored.set(part, fieldsOf(some))
  const parts = [
    ...gone.map(part => ({ name: `${PREFIX}${part}`, value: null })),
    ...changed.map(([part, some]) => ({ name: `${PREFIX}${part}`, value: JSON.stringify(some.map(toRow)) }))
  ]
  return { head: isFew ? holes : [], parts }
}

/** What is stored, as it was read. */
export const storedHoles = (parts: ReadonlyMap<string, string>): StoredHoles =>
  new Map(
    [...parts]
      .filter(([name]) => isHolePart(name))
      .map(([name, text]) => [
        Number(name.slice(PREFIX.length)),
        Float64Array.from((JSON.parse(text) as HoleRow[]).flat())
      ])
  )

/** All gaps: those of the head, and those of the parts. */
export const readHoles = (head: readonly Hole[], parts: ReadonlyMap<string, string>): Hole[] => {
  const rows = [...parts].filter(([name]) => isHolePart(name)).flatMap(([, text]) => JSON.parse(text) as HoleRow[])
  return [...head.map(hole => ({ ...ANYBODY, ...hole })), ...rows.map(fromRow)].sort((a, b) => a.fromId - b.fromId)
}
