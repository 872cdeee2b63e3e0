import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { freePort } from '../../src/up/process/free-port.ts'
import { required } from './compose-file.ts'

const exec = promisify(execFile)

const FILES = ['docker-compose.yml', 'test/compose/override.yml'].flatMap(file => ['--file', file])
const PORTS = ['KAFKA_PORT', 'POSTGRES_PORT', 'INFLUX_PORT', 'HTTP_PORT'] as const

const MOUNTED_VOLUMES = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}'

type Settings = Readonly<Record<string, string>>

/** What Docker itself needs of this process's environment; nothing else of it, and no `.env`, may decide a test. */
const ofDocker = (): Settings =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && /^(PATH|HOME|DOCKER_.*|NPM_CONFIG_REGISTRY|XDG_.*)$/.test(name) ? [[name, value]] : []
    )
  )

const docker = async (settings: Settings, ...args: readonly string[]): Promise<string> => {
  const env = { ...ofDocker(), ...settings }
  const { stdout } = await exec('docker', args, { env, maxBuffer: 64 * 1024 * 1024 })
  return stdout.trim()
}

/** `docker compose` with these settings alone; resolves to what it printed, rejects with what it complained of. */
export const compose = (settings: Settings, ...args: readonly string[]): Promise<string> =>
  docker(settings, 'compose', '--env-file', '/dev/null', ...args)

/** A secret for everything that needs one. */
export const secrets: Settings = Object.fromEntries(required.map(name => [name, randomBytes(24).toString('hex')]))

/** The services under a name, ports and volumes of their own. */
export type Project = {
  readonly settings: Settings
  readonly run: (...args: readonly string[]) => Promise<string>
  /** Names of what its containers keep data in. */
  readonly volumes: () => Promise<readonly string[]>
}

/** A project with the simulated market; whoever opens it takes it `down`. */
export const openProject = async (): Promise<Project> => {
  const name = `tickstream-test-${randomBytes(4).toString('hex')}`
  const ports: Record<string, string> = {}
  for (const port of PORTS) ports[port] = String(await freePort(0))
  const settings = { ...secrets, ...ports, COMPOSE_PROJECT_NAME: name, COMPOSE_PROFILES: 'simulated' }
  const run: Project['run'] = (...args) => compose(settings, ...FILES, ...args)
  const volumes = async (): Promise<readonly string[]> => {
    const containers = (await run('ps', '--all', '--quiet')).split('\n')
    const names = await docker(settings, 'inspect', '--format', MOUNTED_VOLUMES, ...containers)
    return [...new Set(names.split('\n').filter(Boolean))]
  }
  return { settings, run, volumes }
}
