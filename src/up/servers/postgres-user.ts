import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { runProgram } from '../process/run-program.ts'

/** Who runs the database: PostgreSQL refuses to be run by root. */
export type SystemUser = { readonly uid: number; readonly gid: number }

/** A command and the user to start it as. */
type UserCommand = { readonly command: readonly [string, ...string[]]; readonly as?: SystemUser }

const USER = 'postgres'

/** The user `postgres`, created when it is missing; null when this process is not root's and can run the database itself. */
export const postgresUser = async (): Promise<SystemUser | null> => {
  if (process.getuid?.() !== 0) return null
  const known = await lookUp()
  if (known) return known
  const args = ['--system', '--user-group', '--no-create-home', USER]
  const { output } = await runProgram('useradd', args, { withinMs: 10_000 })
  const created = await lookUp()
  if (created) return created
  throw new TickstreamError(
    'TS-SETUP',
    `PostgreSQL cannot be run by root, and the user "${USER}" could not be created (${output}); run as another user, or set POSTGRES_URL`
  )
}

const lookUp = async (): Promise<SystemUser | null> => {
  const [uid, gid] = await Promise.all(['-u', '-g'].map(flag => runProgram('id', [flag, USER], { withinMs: 5_000 })))
  return uid?.code === 0 && gid?.code === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : null
}

/**
 * The command as it is to be started for `user`, who must reach `paths`. Where a folder above them is closed to others
 * (a checkout in root's home, say), the command keeps root's right to walk through folders, and no other.
 */
export const commandFor = (
  user: SystemUser | null,
  paths: readonly string[],
  command: readonly [string, ...string[]]
): UserCommand => {
  if (!user) return { command }
  if (!paths.some(hasClosedFolder)) return { command, as: user }
  const ids = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups']
  const rights = ['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search']
  return { command: ['setpriv', ...ids, ...rights, '--', ...command] }
}

/** True when other users may not enter a folder on the way to `path`. */
const hasClosedFolder = (path: string): boolean => {
  const above = dirname(path)
  if (above === path) return false
  return hasClosedFolder(above) || (statSync(above).mode & 0o001) === 0
}
