import { environment } from '../../runtime/config/environment.ts'
import { readConfig } from '../../runtime/config/read-config.ts'
import type { Interrupt } from '../../runtime/interrupt.ts'
import { createHealth } from '../../runtime/observe/health.ts'
import { createLog } from '../../runtime/observe/log.ts'
import type { Command, Context } from './command.ts'
import { parseArguments } from './parse-arguments.ts'

/** Runs one command to its exit code. A stage answers probes meanwhile, when METRICS_PORT is set. */
export const runCommand = async (command: Command, args: readonly string[], interrupt: Interrupt): Promise<number> => {
  const given = parseArguments(command, args)
  const config = readConfig(environment())
  const log = createLog(command.name.replaceAll(' ', '-'), config.logLevel)
  const context: Context = { ...given, config, log, health: createHealth(), signal: interrupt.signal }
  const server = await startProbes(command, context)
  try {
    return await command.run(context)
  } catch (error) {
    if (!interrupt.signal.aborted || !endedBy(interrupt.signal, error)) throw error
    return command.stage ? 0 : interrupted(interrupt)
  } finally {
    await server?.close()
  }
}

const startProbes = async (command: Command, { config, health, log }: Context) => {
  if (!command.stage || config.metricsPort === null) return null
  const { serveMetrics } = await import('../../runtime/observe/metrics-server.ts')
  const server = await serveMetrics(config.metricsPort, health)
  log.info({ port: server.port }, 'probes and metrics are served')
  return server
}

/** True for an error that only says that the signal was raised. */
const endedBy = (signal: AbortSignal, error: unknown): boolean =>
  error === signal.reason || (error instanceof Error && error.name === 'AbortError')

const interrupted = (interrupt: Interrupt): number => (interrupt.name() === 'SIGINT' ? 130 : 143)
