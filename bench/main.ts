import { parseArgs } from 'node:util'
import type { Bench, BenchOptions } from './bench.ts'

const benches: Readonly<Record<string, { readonly does: string; readonly load: () => Promise<Bench> }>> = {
  core: { does: 'records in memory: decode, fold, encode', load: async () => (await import('./core.ts')).core },
  aggregate: {
    does: 'catch-up from a real broker, exactly once, output checked',
    load: async () => (await import('./aggregate.ts')).aggregateBench
  },
  restore: {
    does: 'aggregate killed with many symbols: state restored, memory held',
    load: async () => (await import('./restore.ts')).restore
  },
  ingest: {
    does: 'frames of an exchange into raw_ticks; of --venue ID (several, or all): to a producer that counts',
    load: async () => (await import('./ingest.ts')).ingest
  },
  instruments: {
    does: 'trades of 2,000 instruments of six venues, followed by one process: what it holds',
    load: async () => (await import('./venue/instruments.ts')).instruments
  },
  sink: { does: 'final candles into PostgreSQL', load: async () => (await import('./sink.ts')).sink },
  'stored-candles': {
    does: 'a year of 1m candles in PostgreSQL: bytes a row, and how long its newest and a month take',
    load: async () => (await import('./stored-candles.ts')).storedCandles
  },
  'sink-influx': {
    does: 'candles to a server that speaks the write API of InfluxDB',
    load: async () => (await import('./sink-influx.ts')).sinkInflux
  },
  lake: {
    does: 'records in memory: decode, gather, Parquet files on this disk',
    load: async () => (await import('./lake.ts')).lake
  },
  latency: {
    does: 'exchange to read_committed reader at a steady rate',
    load: async () => (await import('./latency.ts')).latency
  },
  gateway: {
    does: 'serve: candles to 500 sockets, beside one that stalls, and 1,000 requests a second for candles',
    load: async () => (await import('./gateway.ts')).gateway
  },
  pairs: {
    does: 'legs of 50 pairs in memory: four hedge ratios and their tests at every candle',
    load: async () => (await import('./pairs.ts')).pairs
  },
  indicators: {
    does: 'candles of 100 symbols in memory: all indicators of finals, and of open ones every second',
    load: async () => (await import('./indicators.ts')).indicators
  }
}

const usage = (): never => {
  const lines = Object.entries(benches).map(([name, bench]) => `  ${name.padEnd(14)} ${bench.does}`)
  process.stderr.write(
    `npm run bench -- NAME [--json] [--records N] [--intervals 1m,5m] [--seconds S] [--rate R] [--burst N] [--venue ID,ID|all] [--symbols N] [--processes N] [--guarantee at-least-once] [--parts live,stalled,candles100,candles500,candles100gzip,candles500gzip]\n${lines.join('\n')}\nServers are those of KAFKA_BROKERS and POSTGRES_URL, or started for the run.\n`
  )
  process.exit(2)
}

const FLAGS = {
  json: { type: 'boolean' },
  records: { type: 'string' },
  intervals: { type: 'string' },
  seconds: { type: 'string' },
  rate: { type: 'string' },
  venue: { type: 'string' },
  burst: { type: 'string' },
  symbols: { type: 'string' },
  processes: { type: 'string' },
  guarantee: { type: 'string' },
  parts: { type: 'string' }
} as const

type Values = { readonly [Name in Exclude<keyof typeof FLAGS, 'json'>]?: string }

const optionsOf = ({ rate, venue, ...values }: Values): BenchOptions => ({
  records: Number(values.records ?? 1_000_000),
  intervals: values.intervals?.split(',') ?? null,
  seconds: Number(values.seconds ?? 20),
  rate: Number(rate ?? (venue === undefined ? 5_000 : 20_000)),
  venues: venue?.split(',') ?? null,
  burst: Number(values.burst ?? 1),
  symbols: values.symbols === undefined ? null : Number(values.symbols),
  processes: Number(values.processes ?? 1),
  guarantee: values.guarantee === 'at-least-once' ? 'at-least-once' : 'exactly-once',
  parts: values.parts?.split(',') ?? null
})

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({ args: process.argv.slice(2), allowPositionals: true, options: FLAGS })
  const bench = benches[positionals[0] ?? ''] ?? usage()
  const run = await bench.load()
  const figures = await run(optionsOf(values))
  if (!values.json)
    for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(22)} ${value}\n`)
  else process.stdout.write(`${JSON.stringify({ bench: positionals[0], ...figures })}\n`)
}

await main()
