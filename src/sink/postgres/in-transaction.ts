import type { Pool, PoolClient } from 'pg'
import { explainError } from './explain-error.ts'

/** A connection that goes back to the pool once, whoever gives it back first; with an error it is thrown away. */
const borrow = async (pool: Pool): Promise<{ client: PoolClient; giveBack: (broken?: Error) => void }> => {
  const client = await pool.connect()
  let isBack = false
  const giveBack = (broken?: Error): void => {
    if (isBack) return
    isBack = true
    client.release(broken)
  }
  return { client, giveBack }
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws or the signal is raised.
 * Throws what `explainError` makes of a failure. When the answer to the commit is lost nobody knows, and the caller has to look.
 */
export const inTransaction = async <T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  signal?: AbortSignal
): Promise<T> => {
  signal?.throwIfAborted()
  const { client, giveBack } = await borrow(pool).catch(error => Promise.reject(explainError(error)))
  const breakOff = (): void => giveBack(new Error('stopped'))
  signal?.addEventListener('abort', breakOff, { once: true })
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(giveBack)
    throw signal?.aborted ? signal.reason : explainError(error)
  } finally {
    signal?.removeEventListener('abort', breakOff)
    giveBack()
  }
}
