import type { StatePart } from '../../stream/topology.ts'
import { type LedgerGap, UNKNOWN } from '../gaps.ts'
import type { Ledger } from '../ledger.ts'

/** So many gaps stand in the head; where there are more, all of them stand in parts, by their ids: a record has a limit. */
const MAX_IN_HEAD = 100
const IDS_PER_PART = 1_024
/** What gaps are called in stored states, of earlier releases too. */
export const STORED_GAPS = 'holes'
const PREFIX = `${STORED_GAPS}/`
const STATES = ['open', 'held', 'lost'] as const

/** A ledger as the head has it. */
export type StoredLedger = Omit<Ledger, 'gaps'> & { readonly [STORED_GAPS]: readonly LedgerGap[] }

/** Ids from `fromId` on, times from `beforeTime` on. Rows of before end with `touchedTo`. */
type GapRow = readonly [
  fromId: number,
  more: number,
  beforeTime: number,
  after: number,
  since: number,
  state: number,
  touchedFrom: number,
  touchedTo: number,
  ...observed: [before: number, after: number] | []
]

const toRow = (gap: LedgerGap): GapRow => [
  gap.fromId,
  gap.toId - gap.fromId,
  gap.beforeTime,
  gap.afterTime - gap.beforeTime,
  gap.since - gap.beforeTime,
  STATES.indexOf(gap.state),
  gap.touchedFrom - gap.beforeTime,
  gap.touchedTo - gap.beforeTime,
  gap.beforeId - gap.fromId,
  gap.afterId - gap.fromId
]

/** Of a gap that was stored without them: whoever tells next is nearer. */
const ANYBODY = { beforeId: -1, afterId: UNKNOWN }

const fromRow = ([
  fromId,
  more,
  beforeTime,
  after,
  since,
  state,
  touchedFrom,
  touchedTo,
  ...observed
]: GapRow): LedgerGap => ({
  ...(observed.length === 0 ? ANYBODY : { beforeId: fromId + observed[0], afterId: fromId + observed[1] }),
  fromId,
  toId: fromId + more,
  beforeTime,
  afterTime: beforeTime + after,
  since: beforeTime + since,
  state: STATES[state] ?? 'lost',
  touchedFrom: beforeTime + touchedFrom,
  touchedTo: beforeTime + touchedTo
})

export const isGapPart = (name: string): boolean => name.startsWith(PREFIX)

/** Gaps as they were last stored, by part: their fields one after the other. */
export type StoredGaps = Map<number, Float64Array>

const FIELDS = 10

const fieldsOf = (gaps: readonly LedgerGap[]): Float64Array => Float64Array.from(gaps.flatMap(toRow))

/** Compared field by field, as most parts of ten thousand gaps are what they were at the last commit. */
const isSame = (gaps: readonly LedgerGap[], stored: Float64Array | undefined): boolean =>
  stored?.length === gaps.length * FIELDS &&
  gaps.every((gap, n) => toRow(gap).every((field, k) => stored[n * FIELDS + k] === field))

const partOfGap = ({ fromId }: LedgerGap): number => Math.floor(fromId / IDS_PER_PART)

/** What of the gaps belongs into the head, and the parts that differ from `stored`, which is brought up to date. */
export const gapParts = (
  gaps: readonly LedgerGap[],
  stored: StoredGaps
): { readonly head: readonly LedgerGap[]; readonly parts: readonly StatePart[] } => {
  const isFew = gaps.length <= MAX_IN_HEAD
  if (isFew && stored.size === 0) return { head: gaps, parts: [] }
  const now = Map.groupBy(isFew ? [] : gaps, partOfGap)
  const gone = [...stored.keys()].filter(part => !now.has(part))
  const changed = [...now].filter(([part, some]) => !isSame(some, stored.get(part)))
  for (const part of gone) stored.delete(part)
  for (const [part, some] of changed) stored.set(part, fieldsOf(some))
  const parts = [
    ...gone.map(part => ({ name: `${PREFIX}${part}`, value: null })),
    ...changed.map(([part, some]) => ({ name: `${PREFIX}${part}`, value: JSON.stringify(some.map(toRow)) }))
  ]
  return { head: isFew ? gaps : [], parts }
}

/** What is stored, as it was read. */
export const storedGaps = (parts: ReadonlyMap<string, string>): StoredGaps =>
  new Map(
    [...parts]
      .filter(([name]) => isGapPart(name))
      .map(([name, text]) => [
        Number(name.slice(PREFIX.length)),
        Float64Array.from((JSON.parse(text) as GapRow[]).flat())
      ])
  )

/** All gaps: those of the head, and those of the parts. */
export const readGaps = (head: readonly LedgerGap[], parts: ReadonlyMap<string, string>): LedgerGap[] => {
  const rows = [...parts].filter(([name]) => isGapPart(name)).flatMap(([, text]) => JSON.parse(text) as GapRow[])
  return [...head.map(gap => ({ ...ANYBODY, ...gap })), ...rows.map(fromRow)].sort((a, b) => a.fromId - b.fromId)
}
