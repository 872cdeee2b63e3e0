import { join } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { instrumentKey } from '../../market/instrument.ts'
import { freePort } from '../../runtime/embedded/free-port.ts'
import { poll } from '../../runtime/embedded/poll.ts'
import type { Environment } from '../../runtime/environment.ts'
import { type StagePlan, startStage } from '../../runtime/stage-process.ts'
import type { Session } from './session.ts'

/** A stage that runs, and where its metrics are. */
export type RunningStage = { readonly name: string; readonly metricsUrl: string; readonly state: () => string }

const PROGRAM = join(import.meta.dirname, '..', 'tickstream.ts')
/** Readers before writers, so that they are stopped the other way round. */
const STAGES = ['sink postgres', 'aggregate', 'ingest']
const PREPARATIONS = ['topics apply', 'migrate']
const FIRST_METRICS_PORT = 9464
const FIRST_SIMULATOR_PORT = 9600

const planOf = ({ host }: Session, name: string, env: Environment, args: readonly string[] = []): StagePlan => ({
  program: PROGRAM,
  command: [...name.split(' '), ...args],
  env,
  logPath: join(host.dataDir, 'logs', `${name.replace(' ', '-')}.log`),
  clock: host.clock,
  say: line => host.say(`${name}: ${line}`)
})

/** Topics and tables as this version wants them. Throws an `environment` or `config` error with what the command said. */
export const prepare = async (session: Session, settings: Environment): Promise<void> => {
  for (const name of PREPARATIONS) {
    const plan = { ...planOf(session, name, settings), say: () => undefined }
    const exit = await startStage(plan).ended
    session.host.signal.throwIfAborted()
    if (exit.code !== 0)
      throw new TickstreamError(exit.code === 2 ? 'config' : 'environment', `\`${name}\` failed: ${exit.said}`)
    session.host.say(`${name}: done`)
  }
}

/** Runs every stage as a process of its own and keeps it up. */
export const runStages = async (session: Session, settings: Environment): Promise<readonly RunningStage[]> => {
  const stages: RunningStage[] = []
  let port = session.config.metricsPort || FIRST_METRICS_PORT
  for (const name of STAGES) {
    session.host.signal.throwIfAborted()
    port = await freePort(port)
    const plan = planOf(session, name, { ...settings, METRICS_PORT: String(port) })
    const { state } = session.keepUp(name, startStage(plan), async () => startStage(plan))
    const metricsUrl = `http://127.0.0.1:${port++}/metrics`
    session.host.say(`${name} runs; metrics ${metricsUrl}, log ${plan.logPath}`)
    stages.push({ name, metricsUrl, state })
  }
  return stages
}

/** Runs the simulated market; with these settings ingest takes it for an exchange of its own name, so that nothing mixes with real trades. */
export const runSimulator = async (session: Session): Promise<Environment> => {
  const { config, host } = session
  const port = await freePort(FIRST_SIMULATOR_PORT)
  const symbols = config.symbols.map(({ symbol }) => ({ exchange: 'sim', symbol }))
  const args = ['--port', String(port), '--symbols', symbols.map(({ symbol }) => symbol).join(',')]
  const plan = planOf(session, 'simulate', {}, args)
  session.keepUp('simulate', startStage(plan), async () => startStage(plan))
  const rest = `http://127.0.0.1:${port}`
  if (
    !(await poll(() => isUp(`${rest}/api/v3/ping`), host.clock, {
      everyMs: 100,
      withinMs: 20_000,
      signal: host.signal
    }))
  )
    throw new TickstreamError('environment', `the simulated market does not answer at ${rest}; see ${plan.logPath}`)
  return {
    SYMBOLS: symbols.map(instrumentKey).join(','),
    BINANCE_WS_URL: `ws://127.0.0.1:${port}`,
    BINANCE_REST_URL: rest
  }
}

const isUp = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok
  } catch {
    return false
  }
}
