import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { BenchOptions, Figures } from '../bench.ts'
import { benchVenue, framesOf, symbolsOf, VENUE_IDS } from './venues.ts'

const BASE = 'binance'
const WARM_UP_MS = 5_000
const DEFAULT_SYMBOLS = 20

type VenueFigures = Readonly<Record<string, number | string>> & { readonly cpuSecondsPerMillion: number }

const start = (file: string, args: readonly (string | number)[]) => {
  const path = join(import.meta.dirname, file)
  const child = spawn(
    process.execPath,
    [...(process.env.BENCH_NODE_FLAGS?.split(' ') ?? []), path, ...args.map(String)],
    {
      stdio: ['ignore', 'pipe', 'inherit']
    }
  )
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

const end = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGTERM')
  await ended(child)
}

/** The next line of JSON that a process prints. */
const nextLine = async <T>(lines: AsyncIterator<string>): Promise<T> => {
  const { done, value } = await lines.next()
  if (done) throw new Error('a process of the bench ended before it had said what it was to say')
  return JSON.parse(value) as T
}

/** The longest that an exchange says it was late in the last so many seconds. */
const watchLateness = (lines: AsyncIterator<string>, seconds: number): (() => number) => {
  const late: number[] = []
  const listen = async (): Promise<void> => {
    for (;;) late.push((await nextLine<{ lateMs: number }>(lines)).lateMs)
  }
  listen().catch(() => undefined)
  return () => Math.max(...late.slice(-seconds))
}

const measure = async (id: string, rate: number, seconds: number, symbols: number): Promise<VenueFigures> => {
  const exchange = start('venue-exchange.ts', [id, rate, symbols])
  try {
    const { port } = await nextLine<{ port: number }>(exchange.lines)
    const exchangeLateMs = watchLateness(exchange.lines, seconds)
    const names = symbolsOf(benchVenue(id), symbols).join(',')
    const ingest = start('ingest-process.ts', [id, port, names, seconds, WARM_UP_MS])
    try {
      const figures = await nextLine<VenueFigures>(ingest.lines)
      await ended(ingest.child)
      return { ...figures, exchangeLateMs: exchangeLateMs(), frames: framesOf(id) }
    } finally {
      await end(ingest.child)
    }
  } finally {
    await end(exchange.child)
  }
}

/** The frames of venues, one venue after the other, through the sockets and the adapter of ingest to a producer that counts. */
export const ingestVenues = async (wanted: readonly string[], options: BenchOptions): Promise<Figures> => {
  const ids = wanted.includes('all') ? VENUE_IDS : wanted
  const { rate, seconds, symbols } = options
  const run = (id: string): Promise<VenueFigures> => measure(id, rate, seconds, symbols ?? DEFAULT_SYMBOLS)
  const base = await run(BASE)
  let figures: Figures = {}
  for (const id of new Set([BASE, ...ids])) {
    const own = id === BASE ? base : await run(id)
    const ratio = Number((own.cpuSecondsPerMillion / base.cpuSecondsPerMillion).toFixed(2))
    for (const [name, value] of Object.entries({ ...own, ratioToBinance: ratio }))
      figures = { ...figures, [`${id} ${name}`]: value }
  }
  return figures
}
