import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'

/** `up`, and everything that it has said. */
export type UpProcess = {
  readonly child: ChildProcess
  /** Resolves once what it said matches; rejects when it ends before. */
  readonly until: (pattern: RegExp) => Promise<void>
  readonly said: () => string
}

const PROGRAM = resolve('src/cli/tickstream.ts')

/** Starts `up` on one symbol, if no others are set. Whoever starts it ends it. */
export const startUp = (args: readonly string[], env: Readonly<Record<string, string>>): UpProcess => {
  const child = spawn(process.execPath, [PROGRAM, 'up', ...args], {
    env: { ...process.env, SYMBOLS: 'binance:BTC/USDT', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let said = ''
  const waiting: { pattern: RegExp; done: () => void }[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      said += part
      for (const { pattern, done } of waiting) if (pattern.test(said)) done()
    })
  }
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((done, reject) => {
      waiting.push({ pattern, done })
      child.once('close', (code, signal) => reject(new Error(`it ended (${signal ?? code}) and said:\n${said}`)))
      if (pattern.test(said)) done()
    })
  return { child, until, said: () => said }
}
