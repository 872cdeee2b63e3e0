import type { Admin } from 'kafkajs'
import { type Place, placeKey } from '../stream/sink.ts'
import { groupOffsets } from './group-offsets.ts'
import type { Assignment } from './sink-reader.ts'
import type { SinkRun } from './sink-run.ts'
import { heldOffsets, type Start, startOf } from './start-offsets.ts'
import { tellLoss } from './tell-loss.ts'
import { withAdmin } from './with-admin.ts'

/** Partitions that this process holds, and how far each is stored, by `placeKey`. */
export type Owned = { readonly assignment: Assignment; readonly stored: Map<string, bigint> }

const groupPositions = async (admin: Admin, groupId: string): Promise<ReadonlyMap<string, bigint>> =>
  new Map((await groupOffsets(admin, groupId)).map(at => [placeKey(at), at.next]))

const findStarts = <T>({ sink, kafka, prefix }: SinkRun<T>, places: readonly Place[]): Promise<readonly Start[]> =>
  withAdmin(kafka, async admin => {
    const topics = places.map(place => place.topic)
    const stored = await (sink.positions ? sink.positions(places) : groupPositions(admin, prefix + sink.name))
    const held = await heldOffsets(admin, topics)
    const mine = new Set(places.map(placeKey))
    return held.filter(at => mine.has(placeKey(at))).map(at => startOf(at, stored.get(placeKey(at)) ?? null))
  })

/** A sink that keeps its positions hears of the start of a new partition at once: from then on every advance begins at a number. */
const claim = async <T>(run: SinkRun<T>, starts: readonly Start[]): Promise<'written' | 'stale'> => {
  const moved = starts.filter(start => start.next !== start.stored)
  if (!run.sink.positions || moved.length === 0) return 'written'
  return run.sink.write({ values: [], advances: moved }, run.signal)
}

/** Finds out where each partition is to be read on from; null when another owner moved a position meanwhile. */
export const takeAssignment = async <T>(
  run: SinkRun<T>,
  assignment: Assignment
): Promise<{ readonly owned: Owned; readonly starts: readonly Start[] } | null> => {
  const starts = await findStarts(run, assignment.places)
  if ((await claim(run, starts)) === 'stale') return null
  for (const start of starts) tellLoss({ stage: run.sink.name, log: run.log }, start)
  return { owned: { assignment, stored: new Map(starts.map(start => [placeKey(start), start.next])) }, starts }
}
