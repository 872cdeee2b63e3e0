import type { FieldDef, Pool } from 'pg'
import { inTransaction } from '../../sink/postgres/in-transaction.ts'

/** A statement and its parameters. */
export type Query = { readonly text: string; readonly values: readonly unknown[] }

/** Rows as the client reads them, in the order of the statement, and what their columns are. */
export type Rows = { readonly rows: readonly (readonly unknown[])[]; readonly fields: readonly FieldDef[] }

/** Rows that are in memory at a time. */
const AT_ONCE = 5_000

/**
 * Reads what a statement selects as it stood at the beginning, a few thousand rows at a time; `take` gets at least one, perhaps empty,
 * portion and is waited for. Throws what `explainError` makes of a failure.
 */
export const readRows = (
  pool: Pool,
  { text, values }: Query,
  take: (rows: Rows) => Promise<void> | void,
  signal: AbortSignal
): Promise<void> =>
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
        await take({ rows, fields })
        if (rows.length < AT_ONCE) return
      }
    },
    signal
  )
