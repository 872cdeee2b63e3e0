import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessGroup } from './process-group.ts'
import type { Progress, Stage } from './progress.ts'

/** What killing a stage again and again led to. Times in milliseconds. */
export type Kills = { readonly count: number; readonly recoveries: readonly number[] }

/** How a stage is killed. */
type Plan = {
  readonly stage: Stage
  readonly group: ProcessGroup
  readonly progress: Progress
  readonly wanted: number
  readonly random: () => number
  /** Told of the kills so far. */
  readonly onKill: (count: number) => void
}

const MAX_REST_MS = 1_500
/** How often one that is just coming up is killed as well. */
const AGAIN = 0.3
const WITHIN_MS = 6_000
const PATIENCE_MS = 180_000
const LOOK_EVERY_MS = 100

/** Resolves when everything that lay before the stage is done, to how long that took. */
export const recovered = async (isDone: () => Promise<boolean>, stage: Stage): Promise<number> => {
  const from = performance.now()
  while (!(await isDone())) {
    if (performance.now() - from > PATIENCE_MS)
      throw new Error(`${stage} has not recovered in ${PATIENCE_MS / 1_000} s`)
    await sleep(LOOK_EVERY_MS)
  }
  return performance.now() - from
}

/** Numbers of a random part of the group, in random order; at least one. */
const choose = (size: number, most: number, random: () => number): readonly number[] => {
  const all = Array.from({ length: size }, (_, at) => ({ at, rank: random() })).sort((a, b) => a.rank - b.rank)
  return all.slice(0, Math.min(most, 1 + Math.floor(random() * size))).map(({ at }) => at)
}

/**
 * Kills processes of a stage at random moments until so many have died: some at once, and now and then one that is just coming up.
 * After each round everything that lay before the stage at its first kill has to be done.
 */
export const killUntil = async ({ stage, group, progress, wanted, random, onKill }: Plan): Promise<Kills> => {
  const recoveries: number[] = []
  let count = 0
  const kill = async (victims: readonly number[]): Promise<void> => {
    await Promise.all(victims.map(group.kill))
    count += victims.length
    onKill(count)
  }
  while (count < wanted) {
    await sleep(random() * MAX_REST_MS)
    const isDone = await progress.mark(stage)
    await kill(choose(group.size, wanted - count, random))
    if (count < wanted && random() < AGAIN) {
      await sleep(random() * WITHIN_MS)
      await kill(choose(group.size, 1, random))
    }
    recoveries.push(await recovered(isDone, stage))
  }
  return { count, recoveries }
}
