import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A database server that a test may hurt. */
export type OwnPostgres = {
  /** Of an empty database. */
  readonly url: string
  /** A clean stop. */
  readonly stop: () => Promise<void>
  /** A crash. */
  readonly kill: () => Promise<void>
  /** Starts it again at the same place. */
  readonly again: () => Promise<void>
  /** Ends it and removes its data. */
  readonly remove: () => Promise<void>
}

/** Starts a server in a folder of its own, by a process of its own. */
export const startOwnPostgres = async (
  folder = mkdtempSync(join(tmpdir(), 'tickstream-own-postgres-'))
): Promise<OwnPostgres> => {
  const program = resolve('test/support/postgres-process.ts')
  const child = spawn(process.execPath, ['--no-warnings', program, folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc']
  })
  const answer = async (): Promise<string> => {
    const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')])
    if (child.exitCode !== null) throw new Error('the database of the test has ended')
    return String(said)
  }
  const order = async (name: 'stop' | 'kill' | 'again'): Promise<void> => {
    const done = answer()
    child.send(name)
    await done
  }
  const remove = async (): Promise<void> => {
    const gone = once(child, 'exit')
    child.disconnect()
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  const url = await answer()
  return { url, stop: () => order('stop'), kill: () => order('kill'), again: () => order('again'), remove }
}
