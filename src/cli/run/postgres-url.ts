import { TickstreamError } from '../../market/error.ts'
import type { Config } from '../../runtime/config/config.ts'

/** The database's URL. Throws `TS-CONFIG` that says how to set it. */
export const postgresUrl = (config: Config): string => {
  if (config.postgresUrl !== null) return config.postgresUrl
  throw new TickstreamError(
    'TS-CONFIG',
    'POSTGRES_URL is not set; set it to postgres://user:password@host:5432/database, or let `tickstream up --only postgres` start one'
  )
}
