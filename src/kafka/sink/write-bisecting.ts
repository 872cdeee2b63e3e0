import { isPoison, type TickstreamError } from '../../market/error.ts'
import { bisect } from '../../runtime/bisect.ts'
import type { Received, Sink, SinkBatch } from '../../stream/sink.ts'
import type { Refused } from '../../stream/topic.ts'

/** What became of a batch: stored but for the `refused` values, or not at all because another owner had moved a position. */
export type WriteResult = { readonly outcome: 'written' | 'stale'; readonly refused: readonly Refused[] }

/** Nothing was stored, and the positions have to be looked at again. */
export const STALE: WriteResult = { outcome: 'stale', refused: [] }

/** Another owner has moved a position. */
class Stale extends Error {}

/**
 * Stores a batch. When the sink refuses it, it is written in halves that leave the positions where they are, down to the values
 * that are refused by themselves; these are handed to `deadLetter`, and only then do the positions move. Neighbours are never stopped.
 */
export const writeBisecting = async <T>(
  sink: Sink<T>,
  batch: SinkBatch<T>,
  signal: AbortSignal,
  deadLetter: (refused: readonly Refused[]) => Promise<void>
): Promise<WriteResult> => {
  try {
    return { outcome: await sink.write(batch, signal), refused: [] }
  } catch (error) {
    if (batch.values.length === 0 || !isPoison(error)) throw error
    const refused = await isolate(sink, batch, signal, error)
    if (refused === null) return STALE
    await deadLetter(refused)
    return { outcome: await sink.write({ values: [], advances: batch.advances }, signal), refused }
  }
}

/** The values that the sink refuses, all others stored; null when another owner has moved a position. */
const isolate = async <T>(
  sink: Sink<T>,
  batch: SinkBatch<T>,
  signal: AbortSignal,
  refusal: TickstreamError
): Promise<readonly Refused[] | null> => {
  const advances = batch.advances.map(advance => ({ ...advance, next: advance.stored ?? advance.next }))
  const refused: Refused[] = []
  const write = async (values: readonly Received<T>[]): Promise<void> => {
    // The whole was refused already.
    if (values.length === batch.values.length) throw refusal
    if ((await sink.write({ values, advances }, signal)) === 'stale') throw new Stale()
  }
  try {
    await bisect(batch.values, {
      work: write,
      isRefusal: isPoison,
      onRefused: async ({ record }, error) => void refused.push({ record, error: error as TickstreamError })
    })
    return refused
  } catch (error) {
    if (error instanceof Stale) return null
    throw error
  }
}
