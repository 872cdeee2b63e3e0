import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { exchangesOf } from '../exchange/registry.ts'
import { aborted } from '../runtime/aborted.ts'
import { systemClock } from '../runtime/clock.ts'
import type { GatewayConfig } from '../runtime/config/config.ts'
import { environment } from '../runtime/config/environment.ts'
import { readConfig } from '../runtime/config/read-config.ts'
import { chooseMarket } from '../up/choose-market.ts'
import { freePort } from '../up/process/free-port.ts'
import { readUpOptions, type ServerName, type UpOptions } from '../up/read-options.ts'
import { runSimulator } from '../up/run-simulator.ts'
import { prepare, runStages } from '../up/run-stages.ts'
import { createScreen, type Screen } from '../up/screen/screen.ts'
import { watchMarket } from '../up/screen/watch-market.ts'
import { claimDataFolder, hasDataFolder } from '../up/servers/data-folder.ts'
import { removeData } from '../up/servers/remove-data.ts'
import { urlFile } from '../up/servers/start-postgres.ts'
import { createSession, type Session } from '../up/session.ts'
import { type ServerSettings, startServers } from '../up/start-servers.ts'
import type { Command, Context } from './run/command.ts'

const USAGE = `--source auto|binance|simulated   where trades come from (auto); auto takes the simulated market when the exchange cannot be reached
--only kafka,postgres             start just these, print the settings to reach them, stay until Ctrl-C
--fresh                           first remove what an earlier run kept in DATA_DIR
--yes                             do not ask before removing
A broker is started when KAFKA_BROKERS is not set (by Docker, else by Java 17 and Maven), a database when POSTGRES_URL is not set.`

/** Before every line, so that nobody takes the prices for real ones. */
const LABEL = 'SIMULATED '

const run = async (context: Context): Promise<number> => {
  const options = readUpOptions(context.values)
  const { config, signal } = context
  const screen = createScreen(options.only ? process.stderr : process.stdout)
  if (options.fresh && !options.yes && !(await mayRemove(config.dataDir))) return 1
  const release = claimDataFolder(config.dataDir)
  const session = createSession(config, { dataDir: config.dataDir, clock: systemClock, print: screen.print, signal })
  const { host, stops } = session
  host.signal.addEventListener('abort', () => screen.print('stopping all in order; Ctrl-C again leaves at once'))
  try {
    if (options.fresh) await removeData(host)
    await (options.only ? runServers(session, options.only) : runEverything(session, options, screen, context))
    await aborted(host.signal)
  } catch (error) {
    if (!host.signal.aborted) throw error
  } finally {
    screen.freeze()
    await stops.unwind()
    release()
  }
  if (session.failure() !== null) throw session.failure()
  return 0
}

const runServers = async (session: Session, only: readonly ServerName[]): Promise<void> => {
  const { KAFKA_BROKERS, POSTGRES_URL } = await startServers(session, only)
  const brokers = KAFKA_BROKERS ?? session.config.kafka.brokers.join(',')
  const database = POSTGRES_URL ?? session.config.postgresUrl
  if (only.includes('kafka')) process.stdout.write(`KAFKA_BROKERS=${brokers}\n`)
  if (only.includes('postgres')) process.stdout.write(`POSTGRES_URL=${database}\n`)
}

const runEverything = async (session: Session, options: UpOptions, screen: Screen, context: Context): Promise<void> => {
  const { host, config } = session
  if (options.source === 'simulated') screen.label(LABEL)
  // Before anything is started: SYMBOLS may name an exchange that nobody knows.
  const exchanges =
    options.source === 'simulated'
      ? []
      : exchangesOf([...config.symbols, ...config.symbolPatterns]).map(({ exchange }) => exchange)
  const [market, servers] = await Promise.all([
    chooseMarket(options.source, exchanges, config),
    startServers(session, ['kafka', 'postgres'])
  ])
  const simulated = market.kind === 'simulated'
  if (market.why !== null) host.print(`${market.why}; taking the simulated market instead`)
  if (simulated) screen.label(LABEL)
  await prepare(session, servers)
  const port = await freePort(config.gateway.port, 'the gateway')
  const settings = { ...servers, ...(simulated ? await runSimulator(session) : {}), HTTP_PORT: String(port) }
  const stages = await runStages(session, settings)
  const own = readConfig({ ...environment(), ...settings })
  const probe = probeOf(servers, host.dataDir)
  const footer = [`open ${urlOf(config.gateway, port)}`, ...probe, `logs ${join(host.dataDir, 'logs')}`]
  for (const line of footer) host.print(line)
  watchMarket({ session, config: own, log: context.log, screen, stages, simulated, footer })
}

/** Settings that reach what was started; the database's, which holds a password, is in a file that they name. */
const probeOf = ({ KAFKA_BROKERS, POSTGRES_URL }: ServerSettings, dataDir: string): readonly string[] => [
  ...(KAFKA_BROKERS === undefined ? [] : [`KAFKA_BROKERS=${KAFKA_BROKERS}`]),
  ...(POSTGRES_URL === undefined ? [] : [`POSTGRES_URL_FILE=${urlFile(dataDir)}`])
]

/** Where a browser on this machine finds the dashboard. */
const urlOf = ({ host }: GatewayConfig, port: number): string =>
  `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`

const mayRemove = async (folder: string): Promise<boolean> => {
  if (!process.stdin.isTTY || !hasDataFolder(folder)) return true
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`remove all data of the broker and the database in ${folder}? [y/N] `)
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}

export const command: Command = {
  name: 'up',
  summary: 'start everything: broker, database, topics, tables and all stages',
  usage: USAGE,
  options: {
    source: { type: 'string' },
    only: { type: 'string' },
    fresh: { type: 'boolean' },
    yes: { type: 'boolean' }
  },
  run
}
