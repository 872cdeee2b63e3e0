import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { processCommand } from './process-command.ts'

const MARKER = '.tickstream-data'
const LOCK = 'up.lock'

/**
 * Makes DATA_DIR and takes it for this process; the returned function gives it back.
 * Throws an `environment` error when another `up` has it, or when the folder holds something else.
 */
export const claimDataFolder = (folder: string): (() => void) => {
  requireOurs(folder)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, MARKER), 'What `tickstream up` keeps: the broker, the database, logs.\n')
  const lock = join(folder, LOCK)
  const holder = lockHolder(lock)
  if (holder !== null) {
    throw new TickstreamError(
      'environment',
      `${folder} is in use by another \`tickstream up\` (process ${holder}); stop that one, or set DATA_DIR to another folder`
    )
  }
  rmSync(lock, { force: true })
  writeFileSync(lock, String(process.pid), { flag: 'wx' })
  return () => rmSync(lock, { force: true })
}

/** Removes everything that `up` keeps. Throws an `environment` error for a folder that it did not make. */
export const removeDataFolder = (folder: string): void => {
  requireOurs(folder)
  rmSync(folder, { recursive: true, force: true })
}

/** True when there is something that `removeDataFolder` would remove. */
export const hasDataFolder = (folder: string): boolean => existsSync(join(folder, MARKER))

const requireOurs = (folder: string): void => {
  if (!existsSync(folder) || hasDataFolder(folder) || readdirSync(folder).length === 0) return
  throw new TickstreamError(
    'environment',
    `${folder} was not made by \`tickstream up\` and holds other files; set DATA_DIR to a folder of its own`
  )
}

/** The living process that holds the lock; a lock whose process is gone, or is another program by now, is stale. */
const lockHolder = (lock: string): number | null => {
  if (!existsSync(lock)) return null
  const pid = Number(readFileSync(lock, 'utf8'))
  return pid !== process.pid && processCommand(pid)?.includes('tickstream') ? pid : null
}
