import type { LakeStore } from '../../lake/store/lake-store.ts'
import { openStore } from '../../lake/store/open-store.ts'
import { TickstreamError } from '../../market/error.ts'
import { parseLake } from '../../runtime/config/read-lake.ts'
import type { Context } from '../run/command.ts'

/** The lake at a place that was named, else that of LAKE_DIR. Throws `TS-CONFIG` when there is none. */
export const openLake = async ({ config }: Context, named: unknown, flag: string): Promise<LakeStore> => {
  const location = typeof named === 'string' ? parseLake(named) : config.lake
  if (location === undefined)
    throw new TickstreamError('TS-CONFIG', `--${flag} ${named}: give a folder, or s3://bucket/prefix`)
  if (location === null) throw new TickstreamError('TS-CONFIG', `name a lake: set LAKE_DIR, or give --${flag}`)
  return openStore(location, config.s3)
}
