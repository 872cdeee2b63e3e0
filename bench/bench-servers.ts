import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The product's own command line. */
export const TICKSTREAM = join(import.meta.dirname, '../src/cli/tickstream.ts')

const SETTING = { kafka: 'KAFKA_BROKERS', postgres: 'POSTGRES_URL' } as const

export type ServerName = keyof typeof SETTING

const readSettings = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]))

/** Settings of servers started for as long as `work` runs, in a folder that is removed afterwards. */
const withStarted = async <T>(
  names: readonly ServerName[],
  work: (settings: Readonly<Record<string, string>>) => Promise<T>
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-bench-'))
  const up = spawn(process.execPath, [TICKSTREAM, 'up', '--only', names.join(',')], {
    env: { ...process.env, DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  try {
    let printed = ''
    while (!names.every(name => printed.includes(`${SETTING[name]}=`))) {
      const [bytes] = (await Promise.race([once(up.stdout, 'data'), once(up, 'exit')])) as [Buffer | number]
      if (typeof bytes === 'number') throw new Error(`the servers did not start (exit code ${bytes})`)
      printed += String(bytes)
    }
    return await work(readSettings(printed))
  } finally {
    up.kill('SIGINT')
    if (up.exitCode === null) await once(up, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Hands over the settings of the servers named: those of the environment, or of servers started for the run. */
export const withServers = async <T>(
  names: readonly ServerName[],
  work: (settings: Readonly<Record<string, string>>) => Promise<T>
): Promise<T> => {
  const given = Object.fromEntries(
    names.flatMap(name => (process.env[SETTING[name]] ? [[SETTING[name], process.env[SETTING[name]] ?? '']] : []))
  )
  const missing = names.filter(name => !(SETTING[name] in given))
  return missing.length === 0 ? work(given) : withStarted(missing, started => work({ ...given, ...started }))
}
