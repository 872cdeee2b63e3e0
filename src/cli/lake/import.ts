import { type ArchiveFile, findArchives } from '../../archive/find-archives.ts'
import { type Imported, importArchive } from '../../archive/import-archive.ts'
import type { TradeArchive } from '../../exchange/exchange.ts'
import { exchangeById } from '../../exchange/registry.ts'
import { TickstreamError } from '../../market/error.ts'
import { type Instrument, parseInstrument } from '../../market/instrument.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { type Flags, neededFlag, parsedFlag, refuseProblems } from '../../runtime/flags.ts'
import type { Command, Context } from '../run/command.ts'
import { openLake } from './open-lake.ts'

/** What `import` was asked for. */
type Request = {
  readonly instrument: Instrument
  readonly archive: TradeArchive
  readonly paths: readonly string[]
}

const archiveOf = (instrument: Instrument): TradeArchive => {
  const { archive } = exchangeById(instrument.exchange, '--symbol')
  if (archive) return archive
  throw new TickstreamError(
    'TS-CONFIG',
    `${instrument.exchange} publishes no files of trades that are read here; those of binance and binanceusdm are`
  )
}

const parse = ({ values, positionals: paths }: Context): Request => {
  const flags: Flags = { values, problems: [] }
  neededFlag(flags, 'symbol', 'name an instrument as binance:BTC/USDT')
  const found = parsedFlag(flags, 'symbol', text => {
    const instrument = parseInstrument(text)
    return { instrument, archive: archiveOf(instrument) }
  })
  if (paths.length === 0) flags.problems.push('name the files, or the folders that they are in')
  refuseProblems(flags, 'import')
  return { ...found!, paths }
}

const drawImported = ({ name, isVerified }: ArchiveFile, { added, present, before }: Imported): string => {
  const parts = [
    `${added} trades added`,
    ...(present > 0 ? [`${present} were in the lake`] : []),
    ...(before > 0 ? [`${before} taken by an earlier run`] : []),
    isVerified ? 'checksum verified' : 'no checksum beside it'
  ]
  return `${name}: ${parts.join('; ')}`
}

const run = async (context: Context): Promise<number> => {
  const { instrument, archive, paths } = parse(context)
  const store = await openLake(context, context.values.lake, 'lake')
  try {
    const form = { archive, instrument, receivedAt: clock.now() }
    const target = { store, clock, rules: {}, signal: context.signal }
    for await (const file of findArchives(paths, archive.prefix(instrument), context.signal))
      process.stdout.write(`${drawImported(file, await importArchive(file, form, target))}\n`)
  } finally {
    store.close()
  }
  return 0
}

const USAGE = `PATH …          files of trades that the exchange publishes, folders of them, or addresses (https://…): zip, CSV, gzip; of a folder those
                of the instrument are read
--symbol S      binance:BTC/USDT (BTCUSDT-trades-…), binanceusdm:BTC/USDT:USDT (BTCUSDT-aggTrades-…)
--lake DIR      where to (default: LAKE_DIR); s3://bucket/prefix too

Trades go into Parquet files of the lake, each id once: what a stream or another file brought is passed over. NAME.CHECKSUM beside a file
is verified. Ended anywhere and run again it goes on, and a second run adds nothing. Candles are built of them by
\`replay --from-lake\` into raw_ticks; they are backfilled, since no stream brought them.`

export const command: Command = {
  name: 'import',
  summary: 'put the files of trades that an exchange publishes into the lake, each trade once, resumable',
  usage: USAGE,
  options: { symbol: { type: 'string' }, lake: { type: 'string' } },
  positionals: Number.POSITIVE_INFINITY,
  run
}
