import type { Pool, PoolClient } from 'pg'
import { isPoison } from '../../market/error.ts'
import { explainError } from './errors/explain-error.ts'
import { beginOn } from './pool.ts'

/** A connection that is released to the pool once, however often `release` is called. Released with an error it is closed. */
const borrow = async (pool: Pool): Promise<{ client: PoolClient; release: (broken?: Error) => void }> => {
  const client = await pool.connect()
  let isReleased = false
  const release = (broken?: Error): void => {
    if (isReleased) return
    isReleased = true
    client.release(broken)
  }
  return { client, release }
}

/**
 * An error of the work itself, or of refused values, leaves the connection usable. After any other error it is closed:
 * its server may have become a standby. The next connection looks for the one that takes writes.
 */
const isSpoiled = (error: unknown, explained: Error): boolean => explained !== error && !isPoison(explained)

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws or the signal is raised.
 * Throws what `explainError` makes of a failure. When the answer to the commit is lost, the caller has to check whether it was committed.
 */
export const inTransaction = async <T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  signal?: AbortSignal
): Promise<T> => {
  signal?.throwIfAborted()
  const { client, release } = await borrow(pool).catch(error => Promise.reject(explainError(error)))
  const breakOff = (): void => release(new Error('stopped'))
  signal?.addEventListener('abort', breakOff, { once: true })
  try {
    await client.query(beginOn(pool))
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    const explained = explainError(error)
    if (isSpoiled(error, explained)) release(explained)
    else await client.query('rollback').catch(release)
    throw signal?.aborted ? signal.reason : explained
  } finally {
    signal?.removeEventListener('abort', breakOff)
    release()
  }
}

/** One question, asked in a transaction of its own, so that it ends in time at the server as well. */
export const ask = <T extends object>(
  pool: Pool,
  text: string,
  values: readonly unknown[] = []
): Promise<readonly T[]> => inTransaction(pool, async client => (await client.query<T>(text, [...values])).rows)
