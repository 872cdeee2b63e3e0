import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { processCommand } from '../process/process-command.ts'
import { whyItEnded } from '../process/why-it-ended.ts'

const MARKER = '.tickstream-data'
const LOCK = 'up.lock'
const STAYS = [MARKER, LOCK, 'cache']

/**
 * Makes DATA_DIR and takes it for this process; the returned function gives it back.
 * Throws `TS-SETUP` when another `up` has it, or when the folder holds something else.
 */
export const claimDataFolder = (folder: string): (() => void) => {
  requireOurs(folder)
  makeFolder(folder)
  const lock = join(folder, LOCK)
  const holder = lockHolder(lock)
  if (holder !== null) {
    throw new TickstreamError(
      'TS-SETUP',
      `${folder} is in use by another \`tickstream up\` (process ${holder}); stop that one, or set DATA_DIR to another folder`
    )
  }
  rmSync(lock, { force: true })
  writeFileSync(lock, String(process.pid), { flag: 'wx' })
  return () => rmSync(lock, { force: true })
}

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, MARKER), 'What `tickstream up` keeps: the broker, the database, logs.\n')
  } catch (cause) {
    const why = whyItEnded(cause instanceof Error ? cause.message : String(cause), folder)
    const message = `${folder} cannot be written (${why}); mend that, or set DATA_DIR to another folder`
    throw new TickstreamError('TS-SETUP', message, { cause })
  }
}

/** Removes what `up` keeps in a claimed folder, but for downloads and the claim itself. */
export const emptyDataFolder = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    if (!STAYS.includes(name)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/** True when an earlier run has kept something here. */
export const hasDataFolder = (folder: string): boolean => existsSync(join(folder, MARKER))

const requireOurs = (folder: string): void => {
  if (!existsSync(folder) || hasDataFolder(folder) || readdirSync(folder).length === 0) return
  throw new TickstreamError(
    'TS-SETUP',
    `${folder} was not made by \`tickstream up\` and holds other files; set DATA_DIR to a folder of its own`
  )
}

/** The living process that holds the lock; a lock whose process is gone, or is another program by now, is stale. */
const lockHolder = (lock: string): number | null => {
  if (!existsSync(lock)) return null
  const pid = Number(readFileSync(lock, 'utf8'))
  return pid !== process.pid && processCommand(pid)?.includes('tickstream') ? pid : null
}
