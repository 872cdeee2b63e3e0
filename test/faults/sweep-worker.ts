import { parentPort } from 'node:worker_threads'
import { type Outcome, simulate } from './simulate.ts'

/** What the code of a process let escape; a bug, whatever it leaves behind. */
const escaped: string[] = []
process.on('uncaughtException', error => void escaped.push(`uncaught: ${error.stack ?? error.message}`))
process.on('unhandledRejection', error => void escaped.push(`unhandled: ${String(error)}`))

const play = async (seed: number): Promise<Outcome> => {
  const outcome = await simulate(seed).catch(
    (error: Error): Outcome => ({ seed, problems: [error.stack ?? error.message], hash: '', faults: new Map() })
  )
  return { ...outcome, problems: [...escaped.splice(0), ...outcome.problems] }
}

parentPort?.on('message', (seed: number) => void play(seed).then(outcome => parentPort?.postMessage(outcome)))
