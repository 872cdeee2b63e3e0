import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const PROGRAM = resolve('src/cli/tickstream.ts')

type Environment = Readonly<Record<string, string>>

/** A stage of the product as a process of its own. */
export type StageProcess = {
  readonly pid: number
  /** Sends a signal and does not wait. */
  readonly signal: (signal: NodeJS.Signals) => void
  /** Ends it and resolves to its exit code; null when a signal ended it. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null>
  /** Resolves when it has ended, however. */
  readonly ended: Promise<number | null>
  readonly isAlive: () => boolean
  /** What it wrote to stderr. */
  readonly said: () => string
}

const launch = (args: readonly string[], env: Environment): ChildProcess =>
  spawn(process.execPath, ['--no-warnings', PROGRAM, ...args], {
    env: { LOG_LEVEL: 'warn', ...process.env, ...env },
    // Over the channel a stage learns that the test is gone, and stops by itself.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })

/** Runs a command of the product to its end. */
export const runProgram = async (
  args: readonly string[],
  env: Environment
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> => {
  const child = launch(args, env)
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', bytes => {
    said.stdout += bytes
  })
  child.stderr?.on('data', bytes => {
    said.stderr += bytes
  })
  await once(child, 'close')
  return { code: child.exitCode, ...said }
}

/** Starts a stage. Whoever starts it ends it. */
export const startStage = (args: readonly string[], env: Environment): StageProcess => {
  const child = launch(args, env)
  const said: string[] = []
  child.stderr?.on('data', bytes => said.push(String(bytes)))
  child.stdout?.on('data', bytes => said.push(String(bytes)))
  const ended = once(child, 'close').then(() => child.exitCode)
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    if (isAlive()) child.kill(signal)
    return ended
  }
  return { pid: child.pid ?? 0, signal: by => void child.kill(by), end, ended, isAlive, said: () => said.join('') }
}
