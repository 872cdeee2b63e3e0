import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { systemClock as clock } from '../../src/runtime/clock.ts'
import { createWorkerPool, type PoolOptions, type WorkerPool } from '../../src/runtime/worker/worker-pool.ts'
import type { PoolTask } from '../support/pool-worker.ts'

const FILE = join(import.meta.dirname, '../support/pool-worker.ts')

const pools: WorkerPool[] = []

const open = (more: Partial<PoolOptions> = {}) => {
  const limits = { atOnce: 1, waiting: 1, withinMs: 30_000, memoryMiB: 64, clock }
  const pool = createWorkerPool({ file: FILE, name: 'sum', advice: 'ask for less', ...limits, ...more })
  pools.push(pool)
  const ask = async (does: PoolTask['does'], signal = new AbortController().signal): Promise<unknown> =>
    JSON.parse(Buffer.from(await pool.run({ does }, signal)).toString())
  return { pool, ask }
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map(pool => pool.close()))
})

describe('work on a thread of its own', () => {
  test('is answered, one after the other', async () => {
    const { ask } = open()
    expect(await Promise.all([ask('answer'), ask('answer')])).toEqual([{ answered: true }, { answered: true }])
  })

  const ends: readonly (readonly [PoolTask['does'], object])[] = [
    ['refuse', { name: 'TickstreamError', code: 'TS-CONFIG', message: 'this cannot be asked for' }],
    ['fail', { name: 'Error', message: 'a bug' }],
    ['end', { code: 'TS-LIMIT', message: 'the sum ended before it was done; ask for less' }],
    ['fill', { code: 'TS-LIMIT', message: 'the sum needed more than 64 MiB and was ended; ask for less' }]
  ]

  test.each(ends)('that ends with "%s" is told as that, and the next one is answered', async (does, error) => {
    const { ask } = open()
    await expect(ask(does)).rejects.toMatchObject(error)
    expect(await ask('answer')).toEqual({ answered: true })
  })

  test('has an end, and its place is free then', async () => {
    // A busy machine takes its time to start the thread that answers.
    const { ask } = open({ withinMs: 2_000 })
    const late = { code: 'TS-LIMIT', message: 'the sum took longer than 2 s and was ended; ask for less' }
    const [spun, answered] = [ask('spin'), ask('answer')]
    await expect(spun).rejects.toMatchObject(late)
    expect(await answered).toEqual({ answered: true })
  })

  test('beyond what runs and waits is refused at once, with how long to wait', async () => {
    const { ask } = open()
    const gone = new AbortController()
    const asked = Promise.allSettled([ask('spin', gone.signal), ask('spin', gone.signal)])
    await expect(ask('answer')).rejects.toMatchObject({
      code: 'TS-BUSY',
      message: '1 sums are running and 1 wait for them',
      retryable: true,
      retryAfterMs: 5_000
    })
    gone.abort(new Error('gone'))
    for (const one of await asked) expect(one).toMatchObject({ status: 'rejected', reason: { message: 'gone' } })
  })

  test('that nobody waits for any more is ended, or never begun, and gives its place to the next', async () => {
    const { ask } = open({ waiting: 2 })
    const [running, queued] = [new AbortController(), new AbortController()]
    const first = ask('spin', running.signal)
    const second = ask('spin', queued.signal)
    const third = ask('answer')
    queued.abort(new Error('left the queue'))
    await expect(second).rejects.toThrow('left the queue')
    running.abort(new Error('left'))
    await expect(first).rejects.toThrow('left')
    expect(await third).toEqual({ answered: true })
    await expect(ask('answer', AbortSignal.abort(new Error('never came')))).rejects.toThrow('never came')
    expect(await ask('answer')).toEqual({ answered: true })
  })

  test('ends with its pool, and so does what waits', async () => {
    const { pool, ask } = open()
    const asked = [ask('spin'), ask('answer')]
    const told = Promise.allSettled(asked)
    await pool.close()
    for (const one of await told)
      expect(one).toMatchObject({ status: 'rejected', reason: { message: 'the gateway ends, and the sum with it' } })
    await expect(ask('answer')).rejects.toThrow('the gateway ends')
  })
})
