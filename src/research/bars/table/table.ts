import { TickstreamError } from '../../../market/error.ts'

/** A row of a table: where it stands, and its cells as text. */
export type TableRow = { readonly at: number; readonly cells: readonly string[] }

/** A table that a file holds. */
export type Table = {
  /** What errors call the file. */
  readonly name: string
  /** What it is, in words: `CSV`, `Feather`. */
  readonly format: string
  /** What parts its cells; null where it is no text. */
  readonly delimiter: string | null
  /** What `at` counts. */
  readonly counts: 'line' | 'row'
  /** Null where no line names the columns. */
  readonly names: readonly string[] | null
  /** Where the names stand. */
  readonly headerAt: number
  /** Its numbers are doubles, and no text says what was meant. */
  readonly isDouble: boolean
  /** Read once, as they are asked for. */
  readonly rows: AsyncGenerator<TableRow>
  /** Gives back what was opened; the rows close by themselves at their end. */
  readonly close: () => void
}

/** What is wrong at a place of a file. */
export const wrongAt = ({ name, counts }: Pick<Table, 'name' | 'counts'>, at: number, said: string): TickstreamError =>
  new TickstreamError('TS-DATA', `${name} ${counts} ${at}: ${said}`)
