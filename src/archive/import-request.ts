import type { TradeArchive } from '../exchange/exchange.ts'
import { exchangeById } from '../exchange/registry.ts'
import { TickstreamError } from '../market/error.ts'
import { type Instrument, parseInstrument } from '../market/instrument.ts'
import { type Flags, isOn, neededFlag, parsedFlag, refuseProblems } from '../runtime/flags.ts'
import type { Comparison } from './compare-archive.ts'
import type { ArchiveFile } from './find-archives.ts'
import type { Imported } from './import-archive.ts'

/** What `import` was asked for. */
export type ImportRequest = {
  readonly instrument: Instrument
  readonly archive: TradeArchive
  readonly paths: readonly string[]
  /** Write nothing, and hold the files against the lake. */
  readonly isComparison: boolean
}

const archiveOf = (instrument: Instrument): TradeArchive => {
  const { archive } = exchangeById(instrument.exchange, '--symbol')
  if (archive) return archive
  throw new TickstreamError(
    'TS-CONFIG',
    `${instrument.exchange} publishes no files of trades that are read here; those of binance and binanceusdm are`
  )
}

/** Reads the options and places of `import`. Throws one `TS-CONFIG` that lists everything wrong with them. */
export const parseImport = (values: Flags['values'], paths: readonly string[]): ImportRequest => {
  const flags: Flags = { values, problems: [] }
  neededFlag(flags, 'symbol', 'name an instrument as binance:BTC/USDT')
  const found = parsedFlag(flags, 'symbol', text => {
    const instrument = parseInstrument(text)
    return { instrument, archive: archiveOf(instrument) }
  })
  if (paths.length === 0) flags.problems.push('name the files, or the folders that they are in')
  refuseProblems(flags, 'import')
  return { ...found!, paths, isComparison: isOn(flags, 'compare') }
}

/** One line of what became of a file. */
export const drawImported = ({ name, isVerified }: ArchiveFile, { added, present, before }: Imported): string => {
  const parts = [
    `${added} trades added`,
    ...(present > 0 ? [`${present} were in the lake`] : []),
    ...(before > 0 ? [`${before} taken by an earlier run`] : []),
    isVerified ? 'checksum verified' : 'no checksum beside it'
  ]
  return `${name}: ${parts.join('; ')}`
}

/** One line of how a file compares. */
export const drawComparison = (
  { name }: ArchiveFile,
  { same, differing, notInLake, notInArchive }: Comparison
): string =>
  `${name}: ${same} trades are the same in the lake, ${differing} differ; ${notInLake} are in the archive alone, ${notInArchive} in the lake alone`
