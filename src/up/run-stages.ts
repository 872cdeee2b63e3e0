import { TickstreamError } from '../market/error.ts'
import type { Config } from '../runtime/config/config.ts'
import type { Environment } from '../runtime/config/environment.ts'
import { freePort } from './process/free-port.ts'
import { type StagePlan, startStage } from './process/stage-process.ts'
import type { Running } from './process/supervise.ts'
import type { Session } from './session.ts'
import { stagePlan } from './stage-plan.ts'

/** A stage that runs, and where its metrics are. */
export type RunningStage = { readonly name: string; readonly metricsUrl: () => string; readonly state: () => string }

/** Readers before writers, so that they are stopped the other way round. */
const STAGES = ['serve', 'sink postgres', 'sink influx', 'sink lake', 'alert', 'analyze', 'aggregate', 'ingest']
/** Stages that are off while a setting is missing. */
const NEEDS: Readonly<Record<string, { readonly setting: string; readonly isSet: (config: Config) => boolean }>> = {
  'sink influx': { setting: 'INFLUX_URL', isSet: ({ influx }) => influx !== null },
  'sink lake': { setting: 'LAKE_DIR', isSet: ({ lake }) => lake !== null }
}
const PREPARATIONS = ['topics apply', 'migrate']
const FIRST_METRICS_PORT = 9464

/** Topics and tables as this version wants them. Throws an `environment` or `config` error with what the command said. */
export const prepare = async (session: Session, settings: Environment): Promise<void> => {
  for (const name of PREPARATIONS) {
    const plan = { ...stagePlan(session, name, settings), say: () => undefined }
    const exit = await startStage(plan).ended
    session.host.signal.throwIfAborted()
    if (exit.code !== 0)
      throw new TickstreamError(exit.code === 2 ? 'TS-CONFIG' : 'TS-SETUP', `\`${name}\` failed: ${exit.lastMessage}`)
    session.host.print(`${name}: done`)
  }
}

/** Runs every stage as a process of its own and keeps it up. */
export const runStages = async (session: Session, settings: Environment): Promise<readonly RunningStage[]> => {
  const stages: RunningStage[] = []
  const isOff = (name: string): boolean => NEEDS[name]?.isSet(session.config) === false
  for (const name of STAGES.filter(stage => !isOff(stage))) {
    session.host.signal.throwIfAborted()
    stages.push(await runStage(session, settings, name))
  }
  for (const name of STAGES.filter(isOff)) session.host.print(`${name} is off: ${NEEDS[name]?.setting} is not set`)
  return stages
}

/** A start takes the stage's port of before, or the next one when somebody else has taken that meanwhile. */
const runStage = async (session: Session, settings: Environment, name: string): Promise<RunningStage> => {
  let port = (session.config.metricsPort || FIRST_METRICS_PORT) + STAGES.indexOf(name)
  const plan = (): StagePlan => stagePlan(session, name, { ...settings, METRICS_PORT: String(port) })
  const start = async (): Promise<Running> => {
    port = await freePort(port, name)
    return startStage(plan())
  }
  const metricsUrl = (): string => `http://127.0.0.1:${port}/metrics`
  const { state } = session.keepRunning(name, await start(), start)
  session.host.print(`${name} runs; metrics ${metricsUrl()}, log ${plan().logPath}`)
  return { name, metricsUrl, state }
}
