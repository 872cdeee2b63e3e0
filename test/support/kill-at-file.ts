import { writeSync } from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'

/**
 * Loaded into a stage before its program (`--import`): ends the process at the Nth step of what it does with files, from inside, so that
 * the moment is exact: before or after a file is opened for writing, or gets its name. KILL_AT_FILE_STEP=N.
 */
let left = Number(process.env.KILL_AT_FILE_STEP ?? 0)

const step = (name: string): void => {
  if (--left !== 0) return
  writeSync(2, `killed ${name}\n`)
  process.kill(process.pid, 'SIGKILL')
}

type Files = Pick<typeof import('node:fs/promises'), 'open' | 'rename'>

const files = createRequire(`${process.cwd()}/`)('node:fs/promises') as Files
const { open, rename } = files

files.open = async (path, flags, mode) => {
  if (flags !== 'wx') return open(path, flags, mode)
  step('before a file is begun')
  const handle = await open(path, flags, mode)
  step('when a file is begun')
  return handle
}

files.rename = async (from, to) => {
  const what = String(to).endsWith('.json') ? 'an entry' : 'a file'
  step(`before ${what} has its name`)
  await rename(from, to)
  step(`when ${what} has its name`)
}

syncBuiltinESMExports()
