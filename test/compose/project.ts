import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { freePort } from '../../src/runtime/embedded/free-port.ts'
import { required } from './compose-file.ts'

const run = promisify(execFile)

const FILES = ['docker-compose.yml', 'test/compose/override.yml'].flatMap(file => ['--file', file])
const PORTS = ['KAFKA_PORT', 'POSTGRES_PORT', 'INFLUX_PORT'] as const

type Settings = Readonly<Record<string, string>>

/** What Docker itself needs of this process's environment; nothing else of it, and no `.env`, may decide a test. */
const ofDocker = (): Settings =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && /^(PATH|HOME|DOCKER_.*|NPM_CONFIG_REGISTRY|XDG_.*)$/.test(name) ? [[name, value]] : []
    )
  )

/** `docker compose` with these settings alone; resolves to what it printed, rejects with what it complained of. */
export const compose = async (settings: Settings, ...args: readonly string[]): Promise<string> => {
  const { stdout } = await run('docker', ['compose', '--env-file', '/dev/null', ...args], {
    env: { ...ofDocker(), ...settings },
    maxBuffer: 64 * 1024 * 1024
  })
  return stdout.trim()
}

/** A secret for everything that needs one. */
export const secrets: Settings = Object.fromEntries(required.map(name => [name, randomBytes(12).toString('hex')]))

/** The services under a name, ports and volumes of their own. */
export type Project = {
  readonly settings: Settings
  readonly run: (...args: readonly string[]) => Promise<string>
}

/** A project with the simulated market; whoever opens it takes it `down`. */
export const openProject = async (): Promise<Project> => {
  const name = `tickstream-test-${randomBytes(4).toString('hex')}`
  const ports: Record<string, string> = {}
  for (const port of PORTS) ports[port] = String(await freePort(0))
  const settings = { ...secrets, ...ports, COMPOSE_PROJECT_NAME: name, COMPOSE_PROFILES: 'simulated' }
  return { settings, run: (...args) => compose(settings, ...FILES, ...args) }
}
