import { constants, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'

/** Flags of Node for a process that runs a stage: what is young and dead there dies soon, and eight stages share a machine. */
export const STAGE_FLAGS = ['--max-semi-space-size=8'] as const

/** By how much the heap may grow until the next collection, in percent of what is held. */
const MIN_GROWTH = 20
const MAX_GROWTH = 400

const isMajor = (collection: object & { readonly detail?: unknown }): boolean =>
  (collection.detail as { readonly kind?: number } | undefined)?.kind === constants.NODE_PERFORMANCE_GC_MAJOR

/**
 * Lets old garbage pile up to about `bytes`, however much is held: V8 by itself lets it grow to several times that as long as the machine has memory.
 * Costs collections where much is held. For the life of the process.
 */
export const keepGarbageWithin = (bytes: number): void => {
  let lastGrowth = 0
  const setGrowth = (): void => {
    const growth = Math.round(
      Math.min(MAX_GROWTH, Math.max(MIN_GROWTH, (100 * bytes) / getHeapStatistics().used_heap_size))
    )
    if (growth !== lastGrowth) setFlagsFromString(`--heap-growing-percent=${growth}`)
    lastGrowth = growth
  }
  setGrowth()
  new PerformanceObserver(list => {
    if (list.getEntries().some(isMajor)) setGrowth()
  }).observe({ entryTypes: ['gc'] })
}
