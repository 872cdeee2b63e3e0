type Cell = string | number | null

/** Prints rows below a head, names to the left and figures to the right. */
export const printTable = (head: readonly string[], rows: readonly (readonly Cell[])[]): void => {
  const lines = [head, ...rows.map(row => row.map(cell => String(cell ?? '')))]
  const widths = head.map((_, at) => Math.max(...lines.map(line => line[at]!.length)))
  const cell = (text: string, at: number): string => (at === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[at]!))
  for (const line of lines) process.stdout.write(`${line.map(cell).join('  ')}\n`)
}
