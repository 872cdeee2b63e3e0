import type { Gap } from '../../market/records/feed/gap.ts'

/** Something that is not as it must be. A note takes nothing away from the proof. */
export type LakeFinding = { readonly kind: 'fault' | 'note'; readonly where: string; readonly says: string }

/** What a lake holds of one partition, as often as its topic was made. */
export type PartitionReport = {
  readonly name: string
  readonly firstOffset: number
  readonly lastOffset: number
  readonly entries: number
  readonly files: number
  readonly rows: number
}

/** What a lake holds of one instrument. `missing` counts ids between the first and the last; `named` those of them that `gaps` names. */
export type InstrumentReport = {
  readonly name: string
  readonly rows: number
  readonly firstId: string | null
  readonly lastId: string | null
  readonly missing: number
  readonly named: number
}

/** What was proven of a lake. Nothing is missing when no finding is a fault. */
export type LakeReport = {
  readonly partitions: readonly PartitionReport[]
  readonly instruments: readonly InstrumentReport[]
  readonly findings: readonly LakeFinding[]
}

/** `ledger`: what `gaps` holds; null: nobody was asked. `isQuick`: files are not opened. */
export type LakeCheck = {
  readonly ledger: readonly Gap[] | null
  readonly isQuick: boolean
  readonly signal: AbortSignal
}
