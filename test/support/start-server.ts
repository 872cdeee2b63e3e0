import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { ServersChoice } from './choose-servers.ts'
import { hasImage } from './docker.ts'

/** A server that lives as long as this process at most. */
export type TestServer = { readonly setting: Promise<string>; readonly stop: () => Promise<void> }

const PROGRAM = resolve('src/cli/tickstream.ts')
const PLAIN_BROKER = resolve('test/support/plain-broker.ts')
const CONTAINER = resolve('test/support/container-server.ts')
/** Where no Docker answers: `up` takes Kafka's jars then. */
const NO_DOCKER = { DOCKER_HOST: 'unix:///nowhere' }

/** Starts `kafka` or `postgres`, in a container or by the product's own way without one. */
export const startServer = (name: string, by: ServersChoice['by']): TestServer => {
  const dataDir = mkdtempSync(join(tmpdir(), `tickstream-test-${name}-`))
  const launched = by === 'containers' ? inContainer(name) : Promise.resolve(onThisMachine(name, dataDir))
  const stop = async (): Promise<void> => {
    const child = await launched
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { setting: launched.then(settingOf), stop }
}

/** With TEST_BROKER=plain a broker as Kafka ships it. */
const onThisMachine = (name: string, dataDir: string): ChildProcess =>
  name === 'kafka' && process.env.TEST_BROKER === 'plain'
    ? launch([PLAIN_BROKER, dataDir], {})
    : embedded(name, dataDir)

/** In a folder that is thrown away. */
const embedded = (name: string, DATA_DIR: string): ChildProcess =>
  launch([PROGRAM, 'up', '--only', name], { DATA_DIR, KAFKA_BROKERS: '', POSTGRES_URL: '', ...NO_DOCKER })

const inContainer = async (name: string): Promise<ChildProcess> =>
  launch([CONTAINER, name], { ...(isDockerHere() ? LOOPBACK : {}), ...((await hasImage(CLEANER)) ? {} : NO_CLEANER) })

/** Ends what a killed run leaves behind; where its image is absent, Testcontainers must do without it. */
const CLEANER = 'testcontainers/ryuk'
const NO_CLEANER = { TESTCONTAINERS_RYUK_DISABLED: 'true' }
/** Where Docker's own network is one of this machine's, its containers are reached on loopback like every other server. */
const LOOPBACK = { TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1' }

const isDockerHere = (): boolean => existsSync('/sys/class/net/docker0')

/** The channel ends the child if this process is killed. */
const launch = (args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess =>
  spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })

const settingOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    const said: string[] = []
    createInterface({ input: child.stderr! }).on('line', line => said.push(line))
    createInterface({ input: child.stdout! }).on('line', line => resolve(line.slice(line.indexOf('=') + 1)))
    child.once('exit', () => reject(new Error(said.join('\n'))))
  })
