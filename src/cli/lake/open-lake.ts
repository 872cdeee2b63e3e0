import { TickstreamError } from '../../market/error.ts'
import { parseLake } from '../../runtime/read-lake.ts'
import type { LakeStore } from '../../sink/lake/lake-store.ts'
import { openStore } from '../../sink/lake/open-store.ts'
import type { Context } from '../command.ts'

/** The lake at a place that was named, else that of LAKE_DIR. Throws a `config` error when there is none. */
export const openLake = async ({ config }: Context, named: unknown, flag: string): Promise<LakeStore> => {
  const place = typeof named === 'string' ? parseLake(named) : config.lake
  if (place === undefined)
    throw new TickstreamError('config', `--${flag} ${named}: give a folder, or s3://bucket/prefix`)
  if (place === null) throw new TickstreamError('config', `name a lake: set LAKE_DIR, or give --${flag}`)
  return openStore(place, config.s3)
}
