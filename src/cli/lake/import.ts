import { compareArchive } from '../../archive/compare-archive.ts'
import { type ArchiveFile, findArchives } from '../../archive/find-archives.ts'
import { importArchive } from '../../archive/import-archive.ts'
import { drawComparison, drawImported, parseImport } from '../../archive/import-request.ts'
import type { ArchiveForm } from '../../archive/read-archive.ts'
import type { LakeStore } from '../../lake/store/lake-store.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import type { Command, Context } from '../run/command.ts'
import { openLake } from './open-lake.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Lines of differences that are shown of a file; all are counted. */
const MAX_SHOWN = 20

/** False where archive and lake say differently of a trade, or the lake has one that the archive lacks. */
const compare = async (file: ArchiveFile, form: ArchiveForm, store: LakeStore): Promise<boolean> => {
  let shown = 0
  const compared = await compareArchive(file, form, store, line => {
    if (shown++ < MAX_SHOWN) print(line)
  })
  print(drawComparison(file, compared))
  return compared.differing === 0 && compared.notInArchive === 0
}

const run = async (context: Context): Promise<number> => {
  const { instrument, archive, paths, isComparison } = parseImport(context.values, context.positionals)
  const { signal } = context
  const store = await openLake(context, context.values.lake, 'lake')
  try {
    const form = { archive, instrument, receivedAt: clock.now() }
    let isSame = true
    for await (const file of findArchives(paths, archive.prefix(instrument), signal)) {
      signal.throwIfAborted()
      if (isComparison) isSame = (await compare(file, form, store)) && isSame
      else print(drawImported(file, await importArchive(file, form, { store, clock, rules: {}, signal })))
    }
    return isSame ? 0 : 1
  } finally {
    store.close()
  }
}

const USAGE = `PATH …          files of trades that the exchange publishes, folders of them, or addresses (https://…): zip, CSV, gzip; of a folder those
                of the instrument are read
--symbol S      binance:BTC/USDT (BTCUSDT-trades-…), binanceusdm:BTC/USDT:USDT (BTCUSDT-aggTrades-…)
--lake DIR      where to (default: LAKE_DIR); s3://bucket/prefix too
--compare       writes nothing: says where the files and what streams, or other files, brought into the lake disagree: price, quantity,
                time, side; ids that one has alone are counted. Exit code 1 where a trade differs, or the files lack one

Trades go into Parquet files of the lake, each id once: what a stream or another file brought is passed over. NAME.CHECKSUM beside a file
is verified. Ended anywhere and run again it goes on, and a second run adds nothing. Candles are built of them by
\`replay --from-lake\` into raw_ticks; they are backfilled, since no stream brought them.`

export const command: Command = {
  name: 'import',
  summary: 'put the files of trades that an exchange publishes into the lake, each trade once, resumable',
  usage: USAGE,
  options: { symbol: { type: 'string' }, lake: { type: 'string' }, compare: { type: 'boolean' } },
  positionals: Number.POSITIVE_INFINITY,
  run
}
