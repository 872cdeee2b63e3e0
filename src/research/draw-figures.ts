/** A number as people read it: seven digits that matter; – where there is none. */
export const drawNumber = (value: number | boolean | null): string => {
  if (value === null) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)))
}

/** Names and figures, one a line, the figures beneath each other; further columns beside the first. */
export const drawFigures = (rows: readonly (readonly [name: string, ...figures: string[]])[]): string => {
  const columns = Math.max(...rows.map(row => row.length))
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map(row => (row[at] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  ')
  return `${rows.map(row => line(row).trimEnd()).join('\n')}\n`
}
