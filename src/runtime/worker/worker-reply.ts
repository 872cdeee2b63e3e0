import { constants, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { TickstreamError } from '../../market/error.ts'
import type { ErrorCode } from '../../market/errors.ts'

/** What a worker says at its end. */
export type WorkerReply = { readonly done: Uint8Array } | { readonly code: ErrorCode; readonly message: string }

/** Gives way to the threads that answer requests. Elsewhere than on Linux this would be the priority of them all. */
const giveWay = (): void => {
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
}

const refusalOf = (error: unknown): WorkerReply => {
  if (error instanceof TickstreamError) return { code: error.code, message: error.message }
  throw error
}

/** Does a worker's work. An error that a user can mend is told; any other is one of the worker. */
export const reply = async (work: () => Promise<object>): Promise<void> => {
  giveWay()
  const answer = await work().then(result => ({ done: Buffer.from(JSON.stringify(result)) }), refusalOf)
  parentPort?.postMessage(answer)
}
