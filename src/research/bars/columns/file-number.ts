import { parseSize } from '../../../market/parse-decimal.ts'

/** Brings the cells of a file into the form that every reader takes (docs/values.md). */
export type NumberForm = { readonly said: string | null; readonly plain: (cell: string) => string }

const MISSING = /^(?:|-|na|n\/a|nan|null|none|nil|#n\/a)$/i

/** A cell that says that there is no number. */
export const isMissing = (cell: string): boolean => MISSING.test(cell)

const GROUPED = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/
const COMMA = /^(?:0|[1-9]\d*),\d+$/
const SUFFIXED = /^(\d+(?:\.\d+)?)\s?([KMBT])$/i
const ZEROS: Readonly<Record<string, number>> = { K: 3, M: 6, B: 9, T: 12 }

const ungrouped = (cell: string): string => (GROUPED.test(cell) ? cell.replaceAll(',', '') : cell)

/** `$29,001.7` → `29001.7`; `93.05K` → `93.05e3`, which is a number to every reader. */
const western = (cell: string): string => {
  const bare = ungrouped(cell.replace(/^[$€£¥]\s?/, ''))
  const match = SUFFIXED.exec(bare)
  return match ? `${match[1]}e${ZEROS[match[2]!.toUpperCase()]}` : bare
}

/** `1234,5` → `1234.5`. */
const continental = (cell: string): string => (COMMA.test(cell) ? cell.replace(',', '.') : cell)

const FORMS: readonly NumberForm[] = [
  { said: null, plain: cell => cell },
  { said: 'numbers grouped or with letters (1,234.5, 93.05K)', plain: western },
  { said: 'a comma for the point', plain: continental }
]

const PLAIN = FORMS[0]!

/** Three digits behind a comma everywhere may be a thousand as well. */
const isUnclear = (cells: readonly string[]): boolean =>
  cells.every(cell => !cell.includes(',') || /^[1-9]\d{0,2},\d{3}$/.test(cell))

/**
 * How the numbers of a file are written, by the cells of its first rows: all as every reader takes them, or all in another known form.
 * The plain one where none fits, so that the first wrong cell is named.
 */
export const numberForm = (cells: readonly string[], delimiter: string | null): NumberForm => {
  const present = cells.filter(cell => !isMissing(cell))
  const fits = FORMS.filter(({ plain }) => present.every(cell => parseSize(plain(cell)) !== null))
  const hasCommas = present.some(cell => cell.includes(','))
  if (hasCommas && delimiter !== ',' && isUnclear(present)) return PLAIN
  return fits[0] ?? PLAIN
}
