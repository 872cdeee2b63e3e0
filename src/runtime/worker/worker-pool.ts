import { Worker } from 'node:worker_threads'
import { TickstreamError } from '../../market/error.ts'
import { aborted } from '../aborted.ts'
import type { Clock } from '../clock.ts'
import type { WorkerReply } from './worker-reply.ts'

/** Work on threads of its own, so that it keeps nobody waiting who asks for other things. */
export type WorkerPool = {
  /** Resolves to what the worker answers with. Rejects with a TickstreamError that says what to do, or with the signal's reason. */
  readonly run: (task: object, signal: AbortSignal) => Promise<Uint8Array>
  /** Ends all that runs and refuses what waits. */
  readonly close: () => Promise<void>
}

/** What is allowed to work that is asked for from outside. */
export type PoolOptions = {
  /** What a worker runs; it answers with one `WorkerReply`. */
  readonly file: string
  /** What one piece of it is called, and what makes it smaller: both stand in refusals. */
  readonly name: string
  readonly advice: string
  readonly atOnce: number
  readonly waiting: number
  readonly withinMs: number
  readonly memoryMiB: number
  readonly clock: Clock
}

const BUSY_FOR_MS = 5_000

const refused = (message: string): TickstreamError => new TickstreamError('TS-LIMIT', message)

const explain = (error: Error, { name, advice, memoryMiB }: PoolOptions): Error =>
  'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? refused(`the ${name} needed more than ${memoryMiB} MiB and was ended; ${advice}`)
    : error

/** What a worker answers with, however it ends. */
const replyOf = (worker: Worker, options: PoolOptions): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    worker.once('message', (reply: WorkerReply) => {
      if ('done' in reply) resolve(reply.done)
      else reject(new TickstreamError(reply.code, reply.message))
    })
    worker.once('error', error => reject(explain(error as Error, options)))
    worker.once('exit', () => reject(refused(`the ${options.name} ended before it was done; ${options.advice}`)))
  })

const late = async ({ name, advice, withinMs, clock }: PoolOptions, done: AbortSignal): Promise<never> => {
  await clock.sleep(withinMs, done)
  throw refused(`the ${name} took longer than ${withinMs / 1_000} s and was ended; ${advice}`)
}

const stopped = async (signal: AbortSignal): Promise<never> => {
  await aborted(signal)
  throw signal.reason
}

/** One thread for one task: what it leaves behind goes with it. */
const runOne = async (options: PoolOptions, task: object, signal: AbortSignal): Promise<Uint8Array> => {
  const { file, memoryMiB } = options
  const worker = new Worker(file, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: memoryMiB } })
  const done = new AbortController()
  try {
    return await Promise.race([replyOf(worker, options), late(options, done.signal), stopped(signal)])
  } finally {
    done.abort()
    await worker.terminate()
  }
}

/** Places for so many at once; a few more wait for one, in order. */
const createPlaces = ({ name, atOnce, waiting }: PoolOptions) => {
  const queue: (() => void)[] = []
  let running = 0
  const wait = async (signal: AbortSignal): Promise<void> => {
    let call: () => void = () => undefined
    const called = new Promise<void>(resolve => {
      call = resolve
    })
    queue.push(call)
    try {
      await Promise.race([called, stopped(signal)])
    } catch (error) {
      const at = queue.indexOf(call)
      if (at < 0) leave()
      else queue.splice(at, 1)
      throw error
    }
  }
  const enter = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    if (running < atOnce) running++
    else if (queue.length < waiting) await wait(signal)
    else
      throw new TickstreamError('TS-BUSY', `${running} ${name}s are running and ${queue.length} wait for them`, {
        retryAfterMs: BUSY_FOR_MS
      })
  }
  const leave = (): void => {
    const next = queue.shift()
    if (next) next()
    else running--
  }
  return { enter, leave }
}

export const createWorkerPool = (options: PoolOptions): WorkerPool => {
  const places = createPlaces(options)
  const closing = new AbortController()
  const running = new Set<Promise<unknown>>()
  const runPlaced = async (task: object, signal: AbortSignal): Promise<Uint8Array> => {
    await places.enter(signal)
    try {
      signal.throwIfAborted()
      return await runOne(options, task, signal)
    } finally {
      places.leave()
    }
  }
  return {
    run: async (task, signal) => {
      const work = runPlaced(task, AbortSignal.any([signal, closing.signal]))
      running.add(work)
      try {
        return await work
      } finally {
        running.delete(work)
      }
    },
    close: async () => {
      closing.abort(new TickstreamError('TS-STOPPING', `the gateway ends, and the ${options.name} with it`))
      await Promise.allSettled(running)
    }
  }
}
