import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { TickstreamError } from '../../../market/error.ts'
import type { Host } from '../../process/host.ts'
import { runProgram } from '../../process/run-program.ts'

const POM = join(import.meta.dirname, 'pom.xml')
const STAMP = 'complete.json'
const DOWNLOAD_WITHIN_MS = 15 * 60_000
const SAY_EVERY_JARS = 10

/**
 * The folder that holds the broker's jars, fetched by Maven when it is not complete. It is shared by all data folders of this user.
 * Throws `TS-SETUP` when Maven cannot fetch them.
 */
export const kafkaJars = async (host: Host): Promise<string> => {
  const folder = join(cacheFolder(host), `kafka-${pomHash().slice(0, 12)}`)
  if (isComplete(folder)) return folder
  const fresh = `${folder}.${process.pid}`
  rmSync(fresh, { recursive: true, force: true })
  await download(fresh, host)
  writeFileSync(join(fresh, STAMP), JSON.stringify(sizes(fresh), null, 1))
  rmSync(folder, { recursive: true, force: true })
  renameSync(fresh, folder)
  return folder
}

const pomHash = (): string => createHash('sha256').update(readFileSync(POM)).digest('hex')

/** The user's cache, or the data folder where that cannot be written. */
const cacheFolder = (host: Host): string => {
  const own = process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache')
  const folder = join(own, 'tickstream')
  try {
    mkdirSync(folder, { recursive: true })
    return folder
  } catch {
    return join(host.dataDir, 'cache')
  }
}

const sizes = (folder: string): Record<string, number> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter(name => name.endsWith('.jar'))
      .map(name => [name, statSync(join(folder, name)).size])
  )

/** True when every jar of the stamp is there in its full size. */
const isComplete = (folder: string): boolean => {
  if (!existsSync(join(folder, STAMP))) return false
  return readFileSync(join(folder, STAMP), 'utf8') === JSON.stringify(sizes(folder), null, 1)
}

const download = async (folder: string, host: Host): Promise<void> => {
  host.print("fetching Kafka's jars with Maven (43 MB, once for this user)")
  let jars = 0
  const onLine = (line: string): void => {
    if (!/Downloaded from .*\.jar|Copying .*\.jar to/.test(line)) return
    jars++
    if (jars % SAY_EVERY_JARS === 0) host.print(`fetching Kafka's jars: ${jars} files so far`)
  }
  const args = [
    '-B',
    '-f',
    POM,
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${folder}`
  ]
  const { code, output } = await runProgram('mvn', args, { withinMs: DOWNLOAD_WITHIN_MS, signal: host.signal, onLine })
  host.signal.throwIfAborted()
  if (code === 0) return
  rmSync(folder, { recursive: true, force: true })
  const said = output.split('\n').find(line => line.includes('[ERROR]')) ?? output.split('\n').at(-1)
  throw new TickstreamError('TS-SETUP', `Maven could not fetch Kafka's jars: ${said?.slice(0, 300)}`)
}
