import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const PROGRAM = resolve('src/cli/tickstream.ts')

type Environment = Readonly<Record<string, string>>

const launch = (args: readonly string[], env: Environment): ChildProcess =>
  spawn(process.execPath, ['--no-warnings', PROGRAM, ...args], {
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
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

/** A stage of the product as a process of its own. */
export const startStage = (args: readonly string[], env: Environment) => {
  const child = launch(args, env)
  const said: string[] = []
  child.stderr?.on('data', bytes => said.push(String(bytes)))
  child.stdout?.resume()
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
    return child.exitCode
  }
  return { end, said: () => said.join('') }
}
