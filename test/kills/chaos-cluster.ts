import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { runProgram } from '../support/program.ts'
import { dropTopics, freshPrefix } from '../support/servers.ts'

/** What the stages run on: a broker, an empty database, an exchange, and the settings to reach them. */
export type ChaosCluster = {
  readonly brokers: string
  readonly databaseUrl: string
  readonly prefix: string
  readonly restUrl: string
  /** For every stage. */
  readonly env: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

export const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'BNB/USDT', 'SOL/USDT']

const PROGRAM = resolve('src/cli/tickstream.ts')
/** What also goes wrong while stages are killed. */
const FAULTS = [
  'dropFrames:every=7,count=4',
  'duplicateFrames:every=5',
  'reorder:every=9',
  'disconnect:every=31,for=1',
  'restFailure:every=37,for=6'
]

const launch = (args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess =>
  spawn(process.execPath, ['--no-warnings', PROGRAM, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc']
  })

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

const linesOf = async (child: ChildProcess, count: number): Promise<readonly string[]> => {
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout! })) if (lines.push(line) === count) break
  if (lines.length < count) throw new Error('a server of the run did not start')
  return lines
}

/** The servers of KAFKA_BROKERS and POSTGRES_URL; those that are not set are started for the length of the run. */
const openServers = async () => {
  const given = { KAFKA_BROKERS: process.env.KAFKA_BROKERS ?? '', POSTGRES_URL: process.env.POSTGRES_URL ?? '' }
  const lacking = [given.KAFKA_BROKERS ? [] : ['kafka'], given.POSTGRES_URL ? [] : ['postgres']].flat()
  if (lacking.length === 0) return { ...given, close: async () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-kills-'))
  const child = launch(['up', '--only', lacking.join(',')], { DATA_DIR: folder, KAFKA_BROKERS: '', POSTGRES_URL: '' })
  const lines = await linesOf(child, lacking.length)
  const found = Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
  )
  const close = async (): Promise<void> => {
    await stop(child)
    rmSync(folder, { recursive: true, force: true })
  }
  return { ...given, ...found, close }
}

const statement = async (url: string, text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(text).finally(() => client.end())
}

const openExchange = async (seed: number, rate: number) => {
  const args = ['--seed', String(seed), '--rate', String(rate), '--symbols', SYMBOLS.join(',')]
  const child = launch(['simulate', ...args, ...FAULTS.flatMap(fault => ['--fault', fault])], { LOG_LEVEL: 'warn' })
  const [line = '{}'] = await linesOf(child, 1)
  const { ws, rest } = JSON.parse(line) as { readonly ws: string; readonly rest: string }
  return { ws, rest, close: () => stop(child) }
}

const prepare = async (command: readonly string[], env: Readonly<Record<string, string>>): Promise<void> => {
  const { code, stderr } = await runProgram(command, env)
  if (code !== 0) throw new Error(stderr)
}

/** Opens everything that a run needs, with topics and a database of its own. */
export const openChaosCluster = async (seed: number, rate: number): Promise<ChaosCluster> => {
  const servers = await openServers()
  const prefix = freshPrefix()
  const database = prefix.slice(0, -1)
  await statement(servers.POSTGRES_URL, `create database ${database}`)
  const url = new URL(servers.POSTGRES_URL)
  url.pathname = `/${database}`
  const exchange = await openExchange(seed, rate)
  const env = {
    KAFKA_BROKERS: servers.KAFKA_BROKERS,
    POSTGRES_URL: url.href,
    TOPIC_PREFIX: prefix,
    BINANCE_WS_URL: exchange.ws,
    BINANCE_REST_URL: exchange.rest,
    SYMBOLS: SYMBOLS.map(symbol => `binance:${symbol}`).join(',')
  }
  await prepare(['topics', 'apply'], env)
  await prepare(['migrate'], env)
  const close = async (): Promise<void> => {
    await exchange.close()
    await dropTopics(servers.KAFKA_BROKERS, prefix)
    await statement(servers.POSTGRES_URL, `drop database ${database} with (force)`)
    await servers.close()
  }
  return { brokers: servers.KAFKA_BROKERS, databaseUrl: url.href, prefix, restUrl: exchange.rest, env, close }
}
