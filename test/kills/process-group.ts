import { type StageProcess, startStage } from '../support/program.ts'
import type { ChaosCluster } from './chaos-cluster.ts'
import type { Stage } from './progress.ts'
import { SETTINGS } from './settings.ts'

/** The processes of one stage: each that ends is replaced at once. */
export type ProcessGroup = {
  /** Kills one of them by its number and starts another in its place. */
  readonly kill: (at: number) => Promise<void>
  /** Stops all of them cleanly. */
  readonly stop: () => Promise<void>
  readonly size: number
  /** What those said that ended without being asked to. */
  readonly deaths: readonly string[]
}

const COMMANDS: Readonly<Record<Stage, readonly string[]>> = {
  aggregate: ['aggregate'],
  ingest: ['ingest'],
  sink: ['sink', 'postgres']
}

export const startProcessGroup = (stage: Stage, size: number, { env }: ChaosCluster): ProcessGroup => {
  const deaths: string[] = []
  const asked = new Set<StageProcess>()
  let isOver = false
  const start = (at: number): StageProcess => {
    const one = startStage(COMMANDS[stage], { LOG_LEVEL: 'error', ...env, ...SETTINGS })
    void one.ended.then(code => {
      if (asked.has(one) || isOver) return
      deaths.push(`${stage} ended by itself (${code}): ${one.said().slice(-400)}`)
      running[at] = start(at)
    })
    return one
  }
  const running: StageProcess[] = []
  for (let at = 0; at < size; at++) running.push(start(at))
  const kill = async (at: number): Promise<void> => {
    const one = running[at]
    if (!one) return
    asked.add(one)
    await one.end('SIGKILL')
    if (!isOver) running[at] = start(at)
  }
  const stop = async (): Promise<void> => {
    isOver = true
    await Promise.all(running.map(one => one.end('SIGTERM')))
  }
  return { kill, stop, size, deaths }
}
