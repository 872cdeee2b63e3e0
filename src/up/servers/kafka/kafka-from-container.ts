import { createHash } from 'node:crypto'
import { TickstreamError } from '../../../market/error.ts'
import { awaitReady, QUIET_MS } from '../../process/await-ready.ts'
import type { Host } from '../../process/host.ts'
import { runProgram } from '../../process/run-program.ts'
import type { Running } from '../../process/supervise.ts'
import { asVariables, kafkaProperties } from './kafka-properties.ts'
import { FIRST_CLUSTER_ID, ownClusterAnswers } from './own-cluster.ts'
import { watchContainer } from './watch-container.ts'

const IMAGE = 'apache/kafka:4.1.1'
const DATA = '/var/lib/kafka/data'

/** A one-node broker in a container, reached at this port of loopback; its data live in a volume named after DATA_DIR. */
export const kafkaFromContainer = async (host: Host, port: number, clusterId = FIRST_CLUSTER_ID): Promise<Running> => {
  const docker = dockerOn(host)
  await docker('does not answer', 3_000, 'info', '--format', '{{.ServerVersion}}')
  await requireImage(docker, host)
  const name = containerName(host.dataDir)
  await stopKafkaContainer(host)
  const hadData = (await docker('cannot list volumes', 10_000, 'volume', 'ls', '--quiet')).split('\n').includes(name)
  try {
    return await start(docker, { name, port, clusterId }, host)
  } catch (error) {
    if (!hadData) await removeKafkaContainer(host)
    throw error
  }
}

type Container = { readonly name: string; readonly port: number; readonly clusterId: string }

const start = async (docker: Docker, container: Container, host: Host): Promise<Running> => {
  const { name, port, clusterId } = container
  await docker('could not start the container', 60_000, ...runArguments(container))
  const server = watchContainer(name, () => stopKafkaContainer(host), host)
  const words = async (): Promise<string> =>
    (await runProgram('docker', ['logs', '--tail', '3', name], { withinMs: 5_000 })).output
  const ready = (): Promise<boolean> => ownClusterAnswers(port, clusterId)
  const outcome = await awaitReady(server, { name: 'Kafka', ready, output: words }, host)
  if (outcome === 'ready') return server
  const { lastMessage: said } = await server.ended
  const why = outcome === 'ended' ? said : `it does not answer, and has said nothing new for ${QUIET_MS / 60_000} min`
  throw new TickstreamError('TS-SETUP', `Kafka in the container ${name} does not come up: ${why}`)
}

/** Stops and removes the container, when there is one; its volume stays. */
export const stopKafkaContainer = async (host: Host): Promise<void> => {
  const name = containerName(host.dataDir)
  await runProgram('docker', ['stop', '--time', '30', name], { withinMs: 60_000 })
  await runProgram('docker', ['rm', '--force', '--volumes', name], { withinMs: 30_000 })
}

/** Removes the container and its volume. */
export const removeKafkaContainer = async (host: Host): Promise<void> => {
  const name = containerName(host.dataDir)
  await stopKafkaContainer(host)
  await runProgram('docker', ['volume', 'rm', '--force', name], { withinMs: 30_000 })
}

/** One data folder, one container and volume. */
const containerName = (dataDir: string): string =>
  `tickstream-kafka-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`

type Docker = (failure: string, withinMs: number, ...args: string[]) => Promise<string>

const dockerOn =
  (host: Host): Docker =>
  async (failure, withinMs, ...args) => {
    const { code, output } = await runProgram('docker', args, { withinMs, signal: host.signal })
    host.signal.throwIfAborted()
    if (code === 0) return output
    const said = output.split('\n').at(-1)?.slice(0, 300)
    throw new TickstreamError('TS-SETUP', `Docker ${failure}${said ? `: ${said}` : ''}`)
  }

const requireImage = async (docker: Docker, host: Host): Promise<void> => {
  const here = await docker('cannot list images', 10_000, 'images', '--quiet', IMAGE)
  if (here !== '') return
  host.print(`pulling ${IMAGE}`)
  await docker(`could not pull ${IMAGE}`, 10 * 60_000, 'pull', '--quiet', IMAGE)
}

/** The port is the same inside and outside: the broker reaches itself, to end transactions, where it tells others to reach it. */
const runArguments = ({ name, port, clusterId }: Container): readonly string[] => {
  const controller = port + 1
  const properties = kafkaProperties({
    listeners: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://127.0.0.1:${controller}`,
    advertised: `PLAINTEXT://127.0.0.1:${port}`,
    voters: `1@127.0.0.1:${controller}`,
    logDir: DATA
  })
  const variables = Object.entries(asVariables(properties)).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  return [
    ...['run', '--detach', '--name', name, '--stop-timeout', '30'],
    ...['--publish', `127.0.0.1:${port}:${port}`, '--volume', `${name}:${DATA}`],
    ...['--env', `CLUSTER_ID=${clusterId}`],
    ...variables,
    IMAGE
  ]
}
