import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TickstreamError } from '../../../market/error.ts'
import { freePort } from '../../process/free-port.ts'
import type { Host } from '../../process/host.ts'
import { runProgram } from '../../process/run-program.ts'
import { type Leftover, startServer } from '../../process/server-process.ts'
import type { Running } from '../../process/supervise.ts'
import { whyItEnded } from '../../process/why-it-ended.ts'
import { javaVersion, OLDEST_JAVA } from './java-version.ts'
import { kafkaJars } from './kafka-jars.ts'
import { BROKER_SETTINGS, kafkaProperties } from './kafka-properties.ts'
import { FIRST_CLUSTER_ID, ownClusterAnswers } from './own-cluster.ts'

const LOG4J = join(import.meta.dirname, 'kafka-log4j2.properties')
const JVM = ['-Xms512m', '-Xmx1g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true']

/** How the broker's process is known again. */
export const kafkaProcess = (dataDir: string): Leftover => ({
  name: 'Kafka',
  mark: join(dataDir, 'kafka', 'server.properties'),
  pidPath: join(dataDir, 'kafka', 'kafka.pid'),
  stopBy: 'SIGTERM'
})

/** A one-node broker on loopback from Kafka's own jars, its data in DATA_DIR/kafka. Needs Java 17 and, the first time, Maven. */
export const kafkaFromJars = async (
  host: Host,
  port: number,
  clusterId = FIRST_CLUSTER_ID,
  settings = BROKER_SETTINGS
): Promise<Running> => {
  await requireJava(host)
  const jars = await kafkaJars(host)
  const folder = join(host.dataDir, 'kafka')
  const logs = join(host.dataDir, 'logs')
  mkdirSync(folder, { recursive: true })
  mkdirSync(logs, { recursive: true })
  const properties = join(folder, 'server.properties')
  writeFileSync(properties, await propertiesText(folder, port, settings))
  const java = (main: string, ...args: string[]): readonly [string, ...string[]] => [
    'java',
    ...JVM,
    `-Dlog4j2.configurationFile=${LOG4J}`,
    `-Dtickstream.logs=${logs}`,
    '-cp',
    join(jars, '*'),
    main,
    ...args
  ]
  const meta = join(folder, 'data', 'meta.properties')
  if (!existsSync(meta)) await format(java, properties, clusterId, host)
  const own = /^cluster\.id=(\S+)$/m.exec(readFileSync(meta, 'utf8'))?.[1] ?? clusterId
  return startServer(
    {
      ...kafkaProcess(host.dataDir),
      command: java('kafka.Kafka', properties),
      logPath: join(logs, 'kafka.out'),
      outputPath: join(logs, 'kafka.log'),
      ready: () => ownClusterAnswers(port, own)
    },
    host
  )
}

const propertiesText = async (folder: string, port: number, settings: typeof BROKER_SETTINGS): Promise<string> => {
  const controller = await freePort(port + 1, 'Kafka controller')
  const broker = `PLAINTEXT://127.0.0.1:${port}`
  const properties = kafkaProperties({
    listeners: `${broker},CONTROLLER://127.0.0.1:${controller}`,
    advertised: broker,
    voters: `1@127.0.0.1:${controller}`,
    logDir: join(folder, 'data'),
    settings
  })
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('')
}

const format = async (
  java: (main: string, ...args: string[]) => readonly [string, ...string[]],
  properties: string,
  clusterId: string,
  host: Host
): Promise<void> => {
  const [file, ...args] = java(
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    properties,
    '--ignore-formatted'
  )
  const { code, output } = await runProgram(file, args, { withinMs: 60_000, signal: host.signal })
  host.signal.throwIfAborted()
  if (code !== 0)
    throw new TickstreamError(
      'TS-SETUP',
      `Kafka could not prepare its data folder: ${whyItEnded(output, host.dataDir)}`
    )
}

const requireJava = async (host: Host): Promise<void> => {
  host.signal.throwIfAborted()
  const version = javaVersion(
    (await runProgram('java', ['-version'], { withinMs: 10_000, signal: host.signal })).output
  )
  if (version === null) throw new TickstreamError('TS-SETUP', 'Java is not installed')
  if (version < OLDEST_JAVA)
    throw new TickstreamError('TS-SETUP', `Java ${version} is too old; Kafka needs ${OLDEST_JAVA} or newer`)
}
