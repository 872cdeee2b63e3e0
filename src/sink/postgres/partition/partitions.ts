import type { Pool } from 'pg'
import { TickstreamError } from '../../../market/error.ts'
import type { Retention } from '../../../market/interval.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Clock } from '../../../runtime/clock.ts'
import type { Health } from '../../../runtime/observe/health.ts'
import type { Logger } from '../../../runtime/observe/log.ts'
import { inTransaction } from '../in-transaction.ts'
import { type Horizons, NO_HORIZONS } from './horizons.ts'
import { keepPartitions, makePartitions, type Wanted } from './keep-partitions.ts'
import { readAttached } from './make-partition.ts'
import { partitionAt, type RangedTable } from './ranged-tables.ts'

/** A row by where it belongs. */
export type Placed = { readonly ranged: RangedTable; readonly time: EpochMs }

/** The partitions of the database as one who writes rows sees them. */
export type Partitions = {
  /** Whether a row is older than what is kept: it is not stored. */
  readonly isPast: (row: Placed) => boolean
  /** Makes partitions that rows need. One that cannot be made now is no obstacle: its rows stand in the rest until it can. */
  readonly prepare: (rows: readonly Placed[]) => Promise<void>
  /** Keeps the partitions until the signal. */
  readonly keep: (signal: AbortSignal) => Promise<void>
}

/** What keeping partitions needs. */
type Options = {
  readonly pool: Pool
  readonly retention: Retention
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
}

const DAY_MS = 86_400_000
/** How often partitions are made ahead and dropped behind. */
const EVERY_MS = 600_000
/** … and again after a failure. */
const AGAIN_MS = 30_000
/** A partition that could not be made is not tried again with the very next batch. */
const REST_MS = 30_000

const PART = 'partitions'

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Rows go where the database puts them, and none is past. */
export const asTheyAre: Partitions = {
  isPast: () => false,
  prepare: async () => undefined,
  keep: async () => undefined
}

/** Which partitions rows need that are not known to be there: by table and day, since every partition is of whole days. */
const createNeeds = () => {
  const seen = new Map<string, Wanted>()
  const known = new Set<string>()
  return {
    known,
    of: (rows: readonly Placed[]): readonly Wanted[] => {
      const needs = new Map<string, Wanted>()
      for (const { ranged, time } of rows) {
        const day = `${ranged.name} ${Math.floor(time / DAY_MS)}`
        const wanted = seen.get(day) ?? { ranged, partition: partitionAt(ranged, time) }
        seen.set(day, wanted)
        if (!known.has(wanted.partition.name)) needs.set(wanted.partition.name, wanted)
      }
      return [...needs.values()]
    },
    forget: () => seen.clear()
  }
}

/** Opens the partitions of a database. `pool` may write, and is not closed here. */
export const openPartitions = ({ pool, retention, clock, log, health }: Options): Partitions => {
  const needs = createNeeds()
  let horizons: Horizons = NO_HORIZONS
  let notBefore = 0
  const report = (error: unknown): void => {
    // An outage is told by whoever writes rows.
    if (error instanceof TickstreamError && error.retryable) log.debug({ err: error }, 'partitions wait')
    else log.warn({ err: error }, 'partitions cannot be kept; rows stand in the rest of their tables meanwhile')
    health.note(PART, wordsOf(error))
  }
  const learn = async (): Promise<void> => {
    for (const { name } of await inTransaction(pool, readAttached)) needs.known.add(name)
  }
  const make = async (wanted: readonly Wanted[]): Promise<void> => {
    if (needs.known.size === 0) await learn()
    const missing = wanted.filter(({ partition }) => !needs.known.has(partition.name))
    if (missing.length > 0) await makePartitions(pool, missing)
    for (const { partition } of missing) needs.known.add(partition.name)
  }
  const keepOnce = async (signal: AbortSignal): Promise<number> => {
    try {
      const { made, dropped, ...rest } = await keepPartitions(pool, retention, clock.now(), signal)
      horizons = rest.horizons
      needs.known.clear()
      needs.forget()
      if (made.length + dropped.length > 0) log.info({ made, dropped }, 'partitions kept')
      health.note(PART, null)
      return EVERY_MS
    } catch (error) {
      if (!signal.aborted) report(error)
      return AGAIN_MS
    }
  }
  return {
    isPast: ({ ranged, time }) => {
      const horizon = horizons[ranged.kept]
      return horizon !== null && time < horizon && partitionAt(ranged, time).to <= horizon
    },
    prepare: async rows => {
      const wanted = needs.of(rows)
      if (wanted.length === 0 || clock.monotonicMs() < notBefore) return
      try {
        await make(wanted)
      } catch (error) {
        notBefore = clock.monotonicMs() + REST_MS
        report(error)
      }
    },
    keep: async signal => {
      while (!signal.aborted) {
        const wait = await keepOnce(signal)
        await clock.sleep(wait, signal).catch(() => undefined)
      }
    }
  }
}
