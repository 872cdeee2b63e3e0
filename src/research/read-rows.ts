import type { FieldDef, Pool } from 'pg'
import { inTransaction } from '../sink/postgres/in-transaction.ts'

/** A statement and its parameters. */
export type Query = { readonly text: string; readonly values: readonly unknown[] }

/** Rows as the client reads them, in the order of the statement, and what their columns are. */
export type Rows = { readonly rows: readonly (readonly unknown[])[]; readonly fields: readonly FieldDef[] }

/** How rows are written: what stands before the first of them, a portion, and what stands behind the last. Of one export. */
export type RowFormat = {
  readonly head: (fields: readonly FieldDef[]) => string | Uint8Array
  readonly body: (rows: Rows) => string | Uint8Array
  readonly tail: () => string | Uint8Array
}

/** Rows that are in memory at a time. */
const AT_ONCE = 5_000

type RowHandler = (rows: Rows) => Promise<void> | void

/** What `take` throws is thrown as it is: a full disk is none of the database's business. */
const ownErrors = async (onRows: RowHandler, work: (onRows: RowHandler) => Promise<void>): Promise<void> => {
  const own: unknown[] = []
  const recording: RowHandler = async rows => {
    try {
      await onRows(rows)
    } catch (error) {
      own.push(error)
      throw error
    }
  }
  await work(recording).catch(error => {
    throw own.length > 0 ? own[0] : error
  })
}

/**
 * Reads what a statement selects as it stood at the beginning, a few thousand rows at a time; `take` gets at least one, perhaps empty,
 * portion and is waited for. Throws what `explainError` makes of a failure.
 */
export const readRows = (pool: Pool, { text, values }: Query, onRows: RowHandler, signal: AbortSignal): Promise<void> =>
  ownErrors(onRows, handler =>
    inTransaction(
      pool,
      async client => {
        // Whoever takes the rows may be slow, a pager for example: nothing is locked meanwhile.
        await client.query('set local idle_in_transaction_session_timeout = 0')
        await client.query(`declare portion no scroll cursor for ${text}`, [...values])
        for (;;) {
          const { rows, fields } = await client.query<unknown[]>({
            text: `fetch ${AT_ONCE} from portion`,
            rowMode: 'array'
          })
          await handler({ rows, fields })
          if (rows.length < AT_ONCE) return
        }
      },
      signal
    )
  )
