import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A process of the bench, and the lines that it prints. */
type Started = { readonly child: ChildProcess; readonly lines: AsyncIterator<string> }

export const start = (file: string, args: readonly (string | number)[], flags: readonly string[] = []): Started => {
  const path = join(import.meta.dirname, file)
  const more = process.env.BENCH_NODE_FLAGS?.split(' ') ?? []
  const child = spawn(process.execPath, [...flags, ...more, path, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}

export const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

export const end = async ({ child }: Started): Promise<void> => {
  child.kill('SIGTERM')
  await ended(child)
}

/** The next line of JSON that a process prints. */
export const nextLine = async <T>({ lines }: Started): Promise<T> => {
  const { done, value } = await lines.next()
  if (done) throw new Error('a process of the bench ended before it had said what it was to say')
  return JSON.parse(value) as T
}

/** The longest that an exchange says it was late in the last so many seconds. */
export const watchLateness = (exchange: Started, seconds: number): (() => number) => {
  const late: number[] = []
  const listen = async (): Promise<void> => {
    for (;;) {
      late.push((await nextLine<{ lateMs: number }>(exchange)).lateMs)
      if (late.length > seconds) late.shift()
    }
  }
  listen().catch(() => undefined)
  return () => Math.max(...late)
}

/** An exchange that speaks as a venue, and its port. */
export const startExchange = async (id: string, rate: number, symbols: number) => {
  const exchange = start('venue-exchange.ts', [id, rate, symbols])
  const { port } = await nextLine<{ port: number }>(exchange)
  return { exchange, port }
}
