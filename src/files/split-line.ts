const QUOTE = '"'

/** Where a cell in quotes ends: the quote that no second one follows; -1 where none does. */
const closingQuote = (line: string, from: number): number => {
  for (let at = line.indexOf(QUOTE, from); at >= 0; at = line.indexOf(QUOTE, at + 2))
    if (line[at + 1] !== QUOTE) return at
  return -1
}

const splitQuoted = (line: string, delimiter: string): string[] => {
  const cells: string[] = []
  let at = 0
  for (;;) {
    while (line[at] === ' ') at++
    const end = line[at] === QUOTE ? closingQuote(line, at + 1) : -1
    const next = line.indexOf(delimiter, end < 0 ? at : end)
    const until = next < 0 ? line.length : next
    cells.push(
      end < 0
        ? line.slice(at, until).trim()
        : line
            .slice(at + 1, end)
            .replaceAll('""', QUOTE)
            .trim()
    )
    if (next < 0) return cells
    at = next + 1
  }
}

/** The cells of a line of CSV (RFC 4180) without blanks around them. A cell ends with its line: no table of prices has another. */
export const splitLine = (line: string, delimiter: string): readonly string[] => {
  if (line.includes(QUOTE)) return splitQuoted(line, delimiter)
  const cells = line.split(delimiter)
  return line.includes(' ') ? cells.map(cell => cell.trim()) : cells
}
