import { join } from 'node:path'
import type { Environment } from '../runtime/config/environment.ts'
import type { StagePlan } from './process/stage-process.ts'
import type { Session } from './session.ts'

const PROGRAM = join(import.meta.dirname, '../cli/tickstream.ts')

/** How `up` runs one command of this program: its log in DATA_DIR/logs, what an operator should know told under its name. */
export const stagePlan = (
  { host }: Session,
  name: string,
  env: Environment,
  args: readonly string[] = []
): StagePlan => ({
  program: PROGRAM,
  command: [...name.split(' '), ...args],
  env,
  logPath: join(host.dataDir, 'logs', `${name.replace(' ', '-')}.log`),
  clock: host.clock,
  print: line => host.print(`${name}: ${line}`)
})
