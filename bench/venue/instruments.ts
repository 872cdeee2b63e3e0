import type { BenchOptions, Figures } from '../bench.ts'
import { end, nextLine, start, startExchange, watchLateness } from './processes.ts'

const VENUES = ['binance', 'binanceusdm', 'bybit', 'coinbaseexchange', 'kraken', 'okx']
const DEFAULT_INSTRUMENTS = 2_000
const SAMPLE_SECONDS = 15

type Sample = Readonly<
  Record<
    'tradesPerSecond' | 'traded' | 'lagP99Ms' | 'cpuSeconds' | 'rssMiB' | 'heldMiB' | 'gaps' | 'deadLetters',
    number
  >
>

const largest = (samples: readonly Sample[], name: keyof Sample): number => Math.max(...samples.map(one => one[name]))

const median = (samples: readonly Sample[], name: keyof Sample): number =>
  samples.map(one => one[name]).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN

/** The middle third of the run and the last one: what is bounded does not grow between them. */
const figuresOf = (samples: readonly Sample[], instruments: number, minutes: number, lateMs: number): Figures => {
  const third = Math.floor(samples.length / 3)
  const [middle, last] = [samples.slice(third, -third), samples.slice(-third)]
  return {
    instruments,
    venues: VENUES.length,
    minutes: Number(minutes.toFixed(1)),
    tradedAtTheEnd: samples.at(-1)?.traded ?? 0,
    tradesPerSecond: median(last, 'tradesPerSecond'),
    cpuShare: Number((median(last, 'cpuSeconds') / SAMPLE_SECONDS).toFixed(2)),
    lagP99Ms: median(last, 'lagP99Ms'),
    lagP99MaxMs: largest(last, 'lagP99Ms'),
    exchangeLateMs: lateMs,
    heldMiBFirstThird: largest(samples.slice(0, third), 'heldMiB'),
    heldMiBMiddleThird: largest(middle, 'heldMiB'),
    heldMiBLastThird: largest(last, 'heldMiB'),
    rssMiBMiddleThird: largest(middle, 'rssMiB'),
    rssMiBLastThird: largest(last, 'rssMiB'),
    gaps: samples.at(-1)?.gaps ?? 0,
    deadLetters: samples.at(-1)?.deadLetters ?? 0
  }
}

/** The trades of many instruments of six venues, followed by one process: what it holds, and whether that grows. */
export const instruments = async ({ symbols, rate, seconds }: BenchOptions): Promise<Figures> => {
  const each = Math.ceil((symbols ?? DEFAULT_INSTRUMENTS) / VENUES.length)
  const exchanges = await Promise.all(VENUES.map(id => startExchange(id, rate / VENUES.length, each)))
  const lateness = exchanges.map(({ exchange }) => watchLateness(exchange, seconds))
  const ports = exchanges.map(({ port }, i) => `${VENUES[i]}=${port}`)
  const ingest = start('instruments-process.ts', [each, SAMPLE_SECONDS, ...ports], ['--expose-gc'])
  try {
    const samples: Sample[] = []
    const startedAt = performance.now()
    const minutes = (): number => (performance.now() - startedAt) / 60_000
    while (minutes() * 60 < seconds) {
      const sample = await nextLine<Sample>(ingest)
      process.stderr.write(`${JSON.stringify(sample)}\n`)
      samples.push(sample)
    }
    return figuresOf(samples, each * VENUES.length, minutes(), Math.max(...lateness.map(late => late())))
  } finally {
    await Promise.all([ingest, ...exchanges.map(({ exchange }) => exchange)].map(end))
  }
}
