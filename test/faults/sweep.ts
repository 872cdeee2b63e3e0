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

/** Plays seeds on all cores. Rejects when a thread breaks off. */
export const sweep = async ({ from, count, onOutcome, threads = availableParallelism() }: Sweep): Promise<void> => {
  let next = from
  let isOver = false
  const work = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveNext = (): void => {
        if (isOver || next >= from + count) resolve()
        else worker.postMessage(next++)
      }
      worker.on('error', reject)
      worker.on('message', (outcome: Outcome) => {
        isOver ||= onOutcome(outcome)
        giveNext()
      })
      giveNext()
    })
  const workers = Array.from({ length: Math.min(threads, count) }, () => new Worker(WORKER))
  try {
    await Promise.all(workers.map(work))
  } finally {
    await Promise.all(workers.map(worker => worker.terminate()))
  }
}
