import { TickstreamError } from '../../market/error.ts'
import type { Received, Sink, SinkBatch } from '../../stream/sink.ts'
import type { Refused } from './sink-buffer.ts'

/** What became of a batch: stored but for the `refused` values, or not at all because another owner had moved a position. */
export type Stored = { readonly outcome: 'written' | 'stale'; readonly refused: readonly Refused[] }

/** Nothing was stored, and the positions have to be looked at again. */
export const STALE: Stored = { outcome: 'stale', refused: [] }

const asDataError = (error: unknown): TickstreamError => {
  if (error instanceof TickstreamError && error.code === 'data') return error
  throw error
}

/**
 * Stores a batch. When the sink refuses it, it is written in halves that leave the positions where they are, down to the values
 * that are refused by themselves; these are handed to `deadLetter`, and only then do the positions move. Neighbours are never stopped.
 */
export const writeBisecting = async <T>(
  sink: Sink<T>,
  batch: SinkBatch<T>,
  signal: AbortSignal,
  deadLetter: (refused: readonly Refused[]) => Promise<void>
): Promise<Stored> => {
  try {
    return { outcome: await sink.write(batch, signal), refused: [] }
  } catch (error) {
    if (batch.values.length === 0) throw error
    const advances = batch.advances.map(advance => ({ ...advance, next: advance.stored ?? advance.next }))
    const refused = await isolate(sink, { values: batch.values, advances }, signal, asDataError(error))
    if (refused === null) return STALE
    await deadLetter(refused)
    return { outcome: await sink.write({ values: [], advances: batch.advances }, signal), refused }
  }
}

/** The values that the sink refuses, all others stored; null when another owner has moved a position. */
const isolate = async <T>(
  sink: Sink<T>,
  { values, advances }: SinkBatch<T>,
  signal: AbortSignal,
  error: TickstreamError
): Promise<readonly Refused[] | null> => {
  if (values.length === 1) return [{ record: values[0]!.record, error }]
  const middle = Math.ceil(values.length / 2)
  const refused: Refused[] = []
  for (const half of [values.slice(0, middle), values.slice(middle)]) {
    const found = await storeHalf(sink, { values: half, advances }, signal)
    if (found === null) return null
    refused.push(...found)
  }
  return refused
}

const storeHalf = async <T>(
  sink: Sink<T>,
  half: { readonly values: readonly Received<T>[]; readonly advances: SinkBatch<T>['advances'] },
  signal: AbortSignal
): Promise<readonly Refused[] | null> => {
  try {
    return (await sink.write(half, signal)) === 'stale' ? null : []
  } catch (error) {
    return isolate(sink, half, signal, asDataError(error))
  }
}
