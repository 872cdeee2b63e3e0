import type { TradeArchive } from '../exchange/exchange.ts'
import { readLines } from '../files/read-lines.ts'
import { splitLine } from '../files/split-line.ts'
import { openUnpacked } from '../files/unpack.ts'
import { isPoison, TickstreamError } from '../market/error.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Trade } from '../market/records/feed/trade.ts'
import type { EpochMs } from '../market/time.ts'

/** A trade of an archive, and how many stand before it there. */
export type ArchiveTrade = { readonly at: number; readonly trade: Trade }

/** How the rows of a file become trades. */
export type ArchiveForm = {
  readonly archive: TradeArchive
  readonly instrument: Instrument
  readonly receivedAt: EpochMs
}

/** Columns may lack at the end, and have other ones behind them; what is there has its name. */
const checkHeader = (path: string, cells: readonly string[], { columns }: TradeArchive): void => {
  const wrong = cells.findIndex((cell, at) => at < columns.length && cell !== columns[at])
  if (wrong < 0) return
  throw new TickstreamError(
    'TS-DATA',
    `${path} line 1: column ${wrong + 1} is ${cells[wrong]}, where ${columns[wrong]} stands in its files of trades`
  )
}

const isHeader = (cells: readonly string[]): boolean => /[a-z]/i.test(cells[0] ?? '')

/**
 * The trades of an archive in its order, as many at a time as a portion of bytes holds, from the `from`th on.
 * Throws `TS-DATA` that names the line which is none.
 */
export async function* readArchive(
  path: string,
  form: ArchiveForm,
  from: number
): AsyncGenerator<readonly ArchiveTrade[]> {
  const { archive, instrument, receivedAt } = form
  const { content, source, close } = await openUnpacked(path)
  let [line, at] = [0, 0]
  const tradeOf = (text: string): ArchiveTrade | null => {
    line++
    if (text === '') return null
    const cells = splitLine(text, ',')
    if (line === 1 && isHeader(cells)) {
      checkHeader(source.name, cells, archive)
      return null
    }
    if (at++ < from) return null
    try {
      return { at: at - 1, trade: archive.decode(cells, instrument, receivedAt) }
    } catch (error) {
      if (!isPoison(error)) throw error
      throw new TickstreamError('TS-DATA', `${source.name} line ${line}: ${error.message}`, { cause: error })
    }
  }
  try {
    if (content !== 'text') throw new TickstreamError('TS-DATA', `${source.name} is no CSV`)
    for await (const lines of readLines(source)) yield lines.map(tradeOf).filter(found => found !== null)
  } finally {
    close()
  }
}
