import { workerData } from 'node:worker_threads'
import { TickstreamError } from '../../src/market/error.ts'
import { reply } from '../../src/runtime/worker/worker-reply.ts'

/** What a worker of a test does. */
export type PoolTask = { readonly does: 'answer' | 'spin' | 'refuse' | 'fail' | 'end' | 'fill' }

const spin = (): never => {
  for (;;) Math.sqrt(2)
}

const fill = (): never => {
  const held: object[] = []
  for (;;) held.push(Array.from({ length: 1_000 }, (_, n) => ({ n })))
}

const work: Readonly<Record<PoolTask['does'], () => object>> = {
  answer: () => ({ answered: true }),
  spin,
  fill,
  refuse: () => {
    throw new TickstreamError('TS-CONFIG', 'this cannot be asked for')
  },
  fail: () => {
    throw new Error('a bug')
  },
  end: () => process.exit(0)
}

await reply(async () => work[(workerData as PoolTask).does]())
