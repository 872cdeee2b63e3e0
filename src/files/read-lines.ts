import { TickstreamError } from '../market/error.ts'
import { explainRead, type Source } from './source.ts'

/** No line of a table is longer; a file that is something else is not read into memory whole. */
const LONGEST_LINE = 1 << 20

/** By the byte order mark; UTF-8 where there is none. MetaTrader and Excel write UTF-16. */
const encodingOf = (head: Buffer): string => {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/**
 * The lines of a text file without their ends, as many at a time as a portion of bytes holds.
 * Throws `TS-DATA` for a file that is no text of lines.
 */
export async function* readLines(source: Source): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder(encodingOf(source.head))
  let rest = ''
  try {
    for await (const bytes of source.stream()) {
      const parts = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n/)
      rest = parts.pop() ?? ''
      if (rest.length > LONGEST_LINE) throw new TickstreamError('TS-DATA', `${source.name} is no text of lines`)
      yield parts
    }
  } catch (error) {
    throw explainRead(source.name, error)
  }
  if (rest !== '') yield [rest]
}
