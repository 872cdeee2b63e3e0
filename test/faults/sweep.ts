import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Outcome } from './simulate.ts'

/** Seeds `from`, `from + 1`, … */
export type Sweep = {
  readonly from: number
  readonly count: number
  /** Told of every run as it ends; true ends the sweep. */
  readonly onOutcome: (outcome: Outcome) => boolean
  readonly threads?: number
}

const WORKER = join(import.meta.dirname, 'sweep-worker.ts')
/** Modules live as long as their thread, and what they keep of a world as well: a thread ends after so many. */
const SEEDS_A_THREAD = 200
/** A world is thrown away whole: with room for one of them, little of it is carried on. */
const YOUNG_MB = 64

const createThread = (): Worker => new Worker(WORKER, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })

/** Plays the seeds that `take` gives in one thread, until there are none or it has played its share. */
const play = (take: () => number | null, onOutcome: (outcome: Outcome) => void): Promise<void> => {
  const thread = createThread()
  let left = SEEDS_A_THREAD
  const played = new Promise<void>((resolve, reject) => {
    const giveNext = (): void => {
      const seed = left-- > 0 ? take() : null
      if (seed === null) resolve()
      else thread.postMessage(seed)
    }
    thread.on('error', reject)
    thread.on('message', (outcome: Outcome) => {
      onOutcome(outcome)
      giveNext()
    })
    giveNext()
  })
  return played.finally(() => thread.terminate())
}

/** Plays seeds on all cores. Rejects when a thread breaks off. */
export const sweep = async ({ from, count, onOutcome, threads = availableParallelism() }: Sweep): Promise<void> => {
  let next = from
  let isOver = false
  const isDone = (): boolean => isOver || next >= from + count
  const take = (): number | null => (isDone() ? null : next++)
  const hear = (outcome: Outcome): void => {
    isOver ||= onOutcome(outcome)
  }
  const work = async (): Promise<void> => {
    while (!isDone()) await play(take, hear)
  }
  const workOrStop = (): Promise<void> =>
    work().catch(error => {
      isOver = true
      throw error
    })
  await Promise.all(Array.from({ length: Math.min(threads, count) }, workOrStop))
}
