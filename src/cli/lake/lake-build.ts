import { type BuiltLake, buildLake } from '../../lake/model/build-lake.ts'
import { openStore } from '../../lake/store/open-store.ts'
import { TickstreamError } from '../../market/error.ts'
import { parseLake } from '../../runtime/config/read-lake.ts'
import { makeRoom } from '../../runtime/output-file.ts'
import type { Command, Context } from '../run/command.ts'

const DATABASE = 'lake.duckdb'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const show = ({ models, tests }: BuiltLake): void => {
  for (const { name, rows } of models) print(`${name.padEnd(24)} ${String(rows).padStart(12)} rows`)
  for (const { name, rows, isFault } of tests)
    print(`${name.padEnd(24)} ${rows === 0 ? 'holds' : `${isFault ? 'FAULT' : 'note '} ${rows} rows`}`)
}

const run = async ({ config, values, signal }: Context): Promise<number> => {
  const location = typeof values.lake === 'string' ? parseLake(values.lake) : config.lake
  if (location === undefined)
    throw new TickstreamError('TS-CONFIG', `--lake ${values.lake}: give a folder, or s3://bucket/prefix`)
  if (location === null) throw new TickstreamError('TS-CONFIG', 'name a lake: set LAKE_DIR, or give --lake')
  const database = typeof values.database === 'string' ? values.database : DATABASE
  await makeRoom(database)
  const store = await openStore(location, config.s3)
  try {
    const built = await buildLake({ location, store, database, full: values.full === true }, signal)
    if (values.json === true) print(JSON.stringify(built))
    else show(built)
    return built.tests.some(({ isFault }) => isFault) ? 1 : 0
  } finally {
    store.close()
  }
}

export const command: Command = {
  name: 'lake build',
  summary: 'make trades and candles of the lake, with the SQL models of lake/, in a DuckDB file',
  usage: `--lake PATH       a folder or s3://bucket/prefix; LAKE_DIR when left out
--database FILE   the DuckDB file (default: ${DATABASE}); what is in it already is added to
--full            make everything anew
--json            one JSON object
Runs the SQL that dbt runs, without dbt, in one transaction, and then the project's tests. Exit code 1 when one of them fails.`,
  options: {
    lake: { type: 'string' },
    database: { type: 'string' },
    full: { type: 'boolean' },
    json: { type: 'boolean' }
  },
  run
}
