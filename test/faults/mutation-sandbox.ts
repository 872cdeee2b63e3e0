import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bug, withBug } from './bugs/bug.ts'

/** What a command said and how it ended; `code` null: it was ended, for it worked or waited too long. */
type Ended = { readonly code: number | null; readonly output: string }

/** How long a command may keep a core busy, and how long it may take in all: on a busy machine that is much longer. */
type TimeLimits = { readonly cpuSeconds: number; readonly wallMs: number }

/** A copy of the project that bugs are planted in, one at a time. */
export type MutationSandbox = {
  /** Plants a bug; returns how to dig it out. Throws when its text does not stand in the file exactly once. */
  readonly plant: (bug: Bug) => Promise<() => Promise<void>>
  readonly run: (command: readonly string[], patience: TimeLimits) => Promise<Ended>
  readonly remove: () => Promise<void>
}

const COPIED = ['src', 'test', 'topics', 'sql', 'package.json', 'jest.config.json']

const plant = async (folder: string, bug: Bug): Promise<() => Promise<void>> => {
  const path = join(folder, bug.file)
  const before = await readFile(path, 'utf8')
  await writeFile(path, withBug(bug, before))
  return () => writeFile(path, before)
}

/** Runs the arguments behind it with so many seconds of processor time. */
const LIMITED = ['-c', 'ulimit -t "$0" && exec "$@"']

const run = (
  folder: string,
  [command = '', ...rest]: readonly string[],
  { cpuSeconds, wallMs }: TimeLimits
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const bin = join(folder, 'node_modules/.bin')
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
    const args = [...LIMITED, String(cpuSeconds), join(bin, command), ...rest]
    const child = spawn('sh', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', bytes => {
      output += bytes
    })
    child.stderr.on('data', bytes => {
      output += bytes
    })
    const tooLong = setTimeout(() => child.kill('SIGKILL'), wallMs)
    child.on('error', reject)
    child.on('close', code => {
      clearTimeout(tooLong)
      resolve({ code, output })
    })
  })

/** Copies the project at `root`; dependencies are borrowed from it. */
export const createMutationSandbox = async (root: string): Promise<MutationSandbox> => {
  const folder = await mkdtemp(join(tmpdir(), 'tickstream-bugs-'))
  for (const name of COPIED) await cp(join(root, name), join(folder, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  return {
    plant: bug => plant(folder, bug),
    run: (command, patience) => run(folder, command, patience),
    remove: () => rm(folder, { recursive: true, force: true })
  }
}
