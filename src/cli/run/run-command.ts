import { parseArgs } from 'node:util'
import { TickstreamError } from '../../market/error.ts'
import { environment } from '../../runtime/config/environment.ts'
import { nearest } from '../../runtime/config/nearest.ts'
import { readConfig } from '../../runtime/config/read-config.ts'
import type { Interrupt } from '../../runtime/interrupt.ts'
import { createHealth } from '../../runtime/observe/health.ts'
import { createLog } from '../../runtime/observe/log.ts'
import type { Command, Context } from './command.ts'

type Arguments = Pick<Context, 'values' | 'positionals'>

/** The arguments of a command. Throws `TS-CONFIG` for a flag or a word that it does not take. */
const parseArguments = (command: Command, args: readonly string[]): Arguments => {
  const { values, positionals } = read(command, args)
  const most = command.positionals ?? 0
  if (positionals.length > most)
    throw wrong(command, `"${positionals[most]}" is one word too many for \`${command.name}\``)
  return { values, positionals }
}

const read = (command: Command, args: readonly string[]): Arguments => {
  try {
    return parseArgs({ args: [...args], options: command.options, allowPositionals: true, strict: true })
  } catch (cause) {
    const flag = /option '(--[^'\s]+)/.exec(String(cause))?.[1]
    const options = Object.keys(command.options).map(name => `--${name}`)
    const near = flag && !options.includes(flag) ? nearest(flag, options) : []
    const message = cause instanceof Error ? cause.message.split('. ')[0] : String(cause)
    throw wrong(command, near.length > 0 ? `${message}; did you mean ${near.join(' or ')}?` : `${message}`)
  }
}

const wrong = (command: Command, message: string): TickstreamError =>
  new TickstreamError('TS-CONFIG', `${message}; see tickstream ${command.name} --help`)

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
